from time import process_time

from sira.shell.laying_out import has_signs, laid_out, pictures_named, steps_in, without_pictures

TEXT = """# Before
Switch it **off**.
It takes a minute.

1. Open `C:\\temp`
2) See https://help.example/a?b=1.
۳. سه

- one
- two

> kept
"""


def test_steps_points_headings_and_remarks_are_recognised():
    html = laid_out(TEXT)
    assert '<h3 dir="auto">Before</h3>' in html
    assert '<p dir="auto">Switch it <strong>off</strong>.<br>It takes a minute.</p>' in html
    assert html.count("<li>") == 5 and html.count("<ol") == 1
    assert '<code dir="ltr">C:\\temp</code>' in html
    assert 'href="https://help.example/a?b=1"' in html
    assert '<blockquote dir="auto">kept</blockquote>' in html
    assert steps_in(TEXT) == 3


def test_nothing_of_the_text_becomes_markup_of_its_own():
    hostile = '<script>x</script>\n1. <img src=x onerror="a()">\n`<b>` **<i>** https://a.example/"><script>'
    html = laid_out(hostile)
    assert "<script" not in html and "<img" not in html and "<b>" not in html and "<i>" not in html
    assert 'href="https://a.example/"' in html


def test_a_script_is_no_address():
    assert "<a" not in laid_out("javascript:alert(1) data:text/html,x")


def test_a_link_shows_its_words_and_leads_to_its_address_alone():
    html = laid_out("See [the guide](https://help.example/a?b=1&c=2).")
    assert '<a href="https://help.example/a?b=1&amp;c=2" rel="noopener noreferrer">the guide</a>.' in html
    assert "<a" not in laid_out("[x](javascript:alert(1)) [y](data:text/html,z)")
    assert 'onclick="' not in laid_out('[z](https://a.example" onclick="b)')
    assert "<script" not in laid_out("[<script>](https://a.example/)") and has_signs("[x](https://a.example/)")


def test_a_list_goes_on_from_its_own_number():
    assert '<ol dir="auto" start="3"><li>then</li></ol>' in laid_out("3. then")
    assert '<ol dir="auto"><li>first</li></ol>' in laid_out("1. first")


def test_an_ordinary_text_has_no_signs():
    assert not has_signs("Dear Tom,\nplease restart it. See https://help.example - thanks!")
    for text in ("- one", "2) two", "use `ls`", "**now**", "> quoted", "# Head"):
        assert has_signs(text)


def test_long_gaps_cost_no_more_than_words():
    began = process_time()
    assert not has_signs("above" + "\n \t" * 50_000 + "below") and has_signs("above" + "\n \t" * 50_000 + "- below")
    assert process_time() - began < 1


def test_a_picture_stands_where_its_sign_is_and_no_other_sign_loads_anything():
    text = 'Look:\n![The "red" box](box.png)\n![](none.png) ![x](https://evil.example/p.png)'
    html = laid_out(text, {"box.png": "/desk/pictures/1/"})
    assert '<img class="in-text" src="/desk/pictures/1/" alt="The &quot;red&quot; box">' in html
    assert "![](none.png)" in html and html.count("<img") == 1
    assert '<img class="in-text" src="cid:a@b" alt="box.png">' in laid_out("![](box.png)", {"box.png": "cid:a@b"})
    assert without_pictures("See ![The box](box.png) and ![](two.png).") == "See [The box] and [two.png]."
    assert pictures_named(text) == {"box.png", "none.png"} and has_signs("![](box.png)")
