"""What Authentication-Results say is believed of our own server alone, and for the domain in From alone."""

import pytest

from sira.channels.email.reading.authenticity import is_doubted, results

OURS = ["mx.desk.example"]
SENDER = "marta@firm.example"


@pytest.mark.parametrize(
    "header",
    [
        "mx.desk.example; dmarc=pass header.from=firm.example",
        "MX.desk.example 1; spf=none; dkim=pass (2048-bit key; ok) header.d=firm.example header.i=@firm.example",
        'mx.desk.example;\n dkim=pass header.i="@firm.example"',
        "mx.desk.example; dkim=fail header.d=x.example; spf=pass smtp.mailfrom=bounce@mail.firm.example",
        "mx.desk.example; dmarc=none header.from=firm.example; dkim=pass header.d=firm.example",
    ],
)
def test_a_pass_for_the_domain_in_from_leaves_no_doubt(header: str):
    assert not is_doubted([header], SENDER, OURS)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["other.example; dmarc=pass header.from=firm.example"],
        ["mx.desk.example; none"],
        ["mx.desk.example; dmarc=fail header.from=firm.example; dkim=pass header.d=firm.example"],
        ["mx.desk.example; dmarc=pass header.from=list.example"],
        ["mx.desk.example; dkim=pass header.d=example"],
        ["mx.desk.example; dkim=pass header.d=otherfirm.example"],
        ["mx.desk.example; spf=pass smtp.helo=firm.example"],
        ["mx.desk.example; spf=softfail (not; dmarc=pass header.from=firm.example) smtp.mailfrom=a@firm.example"],
        [
            "mx.desk.example; dmarc=fail header.from=firm.example",
            "mx.desk.example; dmarc=pass header.from=firm.example",
        ],
        ["mx.desk.example" * 5000],
        [";;;=;;", '"', "("],
    ],
)
def test_anything_else_leaves_doubt(headers: list[str]):
    assert is_doubted(headers, SENDER, OURS)


def test_where_no_server_is_named_nothing_is_known_and_nothing_doubted():
    assert not is_doubted(["mx.desk.example; dmarc=fail header.from=firm.example"], SENDER, [])


def test_what_our_server_says_of_each_method_is_told_and_of_no_other_server():
    headers = [
        "mx.elsewhere.test; dmarc=pass header.from=evil.test",
        "mx.desk.test; spf=SoftFail smtp.mailfrom=a@b.test; dkim=fail header.d=b.test; dkim=pass header.d=c.test;"
        " dmarc=fail (p=none) header.from=b.test; iprev=pass; dmarc=shouts",
    ]
    assert results(headers, ["MX.desk.test"]) == {"spf": "softfail", "dkim": "pass", "dmarc": "fail"}
    assert results(headers, []) == {} == results([], ["mx.desk.test"])
