"""What servers say when they refuse a mail, and the word for it.

Only data. Each line is a regular expression, matched on lower case text with blanks folded. The first table that knows
the text wins, so the special stands above the general; a word may come twice.
"""

from __future__ import annotations

import re


def _any(lines: str) -> re.Pattern[str]:
    return re.compile("|".join(line.strip() for line in lines.strip().splitlines()))


BY_TEXT: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "failedstarttls",
        _any(r"""
            does not support tls
            must issue a starttls
            starttls (?:is )?(?:required|failed|command)
            tls (?:is )?required
            encryption (?:is )?required
            tls handshake
        """),
    ),
    (
        "virusdetected",
        _any(r"""
            virus
            malware
            infected
            trojan
        """),
    ),
    (
        "notcompliantrfc",
        _any(r"""
            rfc ?(?:2?822|5322|5321|2821)(?: compliant|-compliant| section)
            not rfc
            multiple (?:\d{3} \d\.\d\.\d )?addresses in from
            duplicate header
            (?:missing|multiple|malformed|invalid|bad|no) (?:required )?(?:\w+: |'?\w{2,12}:?'? )?header(?!s too large)
            bare (?:lf|newline|linefeed)
            missing (?:or malformed )?(?:message-id|from|date)
        """),
    ),
    (
        "authfailure",
        _any(r"""
            \bdmarc\b
            \bdkim\b.{0,40}(?:fail|did not|missing|invalid|required)
            \bspf\b.{0,60}(?:fail|record|check|reject|not pass|forbid|denied|softfail)
            (?:bad|fail\w*|violat\w*|invalid) spf\b
            sender (?:is )?unauthenticated
            unauthenticated (?:e?mail)
            does not have authentication information
            sender policy framework
            does not pass authentication
            fails? to pass authentication
            sender id (?:check )?(?:fail|\(pra\))
        """),
    ),
    (
        "requireptr",
        _any(r"""
            \bptr\b
            \brdns\b
            reverse dns
            reverse (?:lookup|mapping|address|host)
            unverifyable sending ip
            cannot (?:find|resolve) your (?:hostname|reverse|host)
            client host rejected: cannot find
            unresolvable (?:relay|client) host
            ip name lookup failed
            no reverse
            dns\S* validation failed
        """),
    ),
    (
        "badreputation",
        _any(r"""
            reputation
            temporarily deferred due to
            poor sender
            sender ?score
            low trust
        """),
    ),
    (
        "systemerror",
        _any(r"""
            \bldap\b
        """),
    ),
    (
        "speeding",
        _any(r"""
            receiving mail at a rate
            rate that prevents
            sending (?:mail )?too (?:fast|quickly)
            mail rate (?:limit )?exceeded
            too many messages .{0,40}(?:per|within|in the last)
        """),
    ),
    (
        "toomanyconn",
        _any(r"""
            too many (?:connections?|recipients|sessions|concurrent|errors from your|simultaneous)
            connection (?:rate|frequency) limit
            (?:ip|connection|domain) frequency limited
            rate limit(?:ed)?\b
            exceeded the (?:rate|maximum number of) (?:limit|connections)
            throttl
            concurrent (?:connections|sessions)
            maximum (?:connections|number of connections)
            try again later.{0,20}too many
            aup#in-1310
        """),
    ),
    (
        "mailboxfull",
        _any(r"""
            (?:mailbox|inbox|account|maildir|mail ?box)\b.{0,40}\b(?:is )?(?:full|over ?quota|exceed)
            (?:over|exceed\w*|out of|insufficient|disk)[ -](?:the )?(?:storage |disk |mailbox |mail )?quota
            (?:over|exceed\w*|out of)[ -](?:the )?(?:disk |mailbox |mail )?(?:allocated storage|storage allocation)
            quota (?:exceeded|violation|full|has been|for)
            exceeded (?:his|her|its|their|the|storage|email|max)\w* ?.{0,20}(?:quota|storage|mailbox|allocation)
            not enough (?:storage|disk) space .{0,20}(?:mailbox|user)
            mailbox size
            user is over
            overquota
            mailfolder is full
            bo[iî]te .{0,20}pleine
            postfach .{0,20}voll
            casilla .{0,20}llena
            posta kutusu.{0,20}dol
            kota\w* .{0,20}(?:aş|dol)
            skrzynk.{0,30}pełn
            صندوق.{0,30} پر
            storage (?:limit|quota)
        """),
    ),
    (
        "systemfull",
        _any(r"""
            insufficient (?:disk|system|storage)
            no space left
            disk full
            not enough disk
            mail system full
            file system full
        """),
    ),
    (
        "exceedlimit",
        _any(r"""
            message (?:length|size) exceeds (?:admin|limit|the recipient)
            too large for this (?:recipient|user)
            recipsizelimit
            exceeds administrative limit
            length exceeds limit
        """),
    ),
    (
        "mesgtoobig",
        _any(r"""
            message (?:is |was )?too (?:large|big|long)
            (?:message|mail|data|body) (?:file |size )?(?:too (?:large|big)|exceed\w*)
            size (?:limit|exceeds|too)
            exceeds? (?:the )?(?:maximum|fixed|size).{0,30}(?:size|limit|length)
            max(?:imum)? message size
            552 .{0,20}size
        """),
    ),
    (
        "contenterror",
        _any(r"""
            8-bit data in
            headers? too (?:large|long|big)
            media error
            \bmime\b.{0,30}(?:error|invalid|not|bad)
            improper use of
            invalid (?:attachment|content|base64)
            too many (?:mime|attachments)
            line too long
            body (?:part|type) not
        """),
    ),
    (
        "norelaying",
        _any(r"""
            relay(?:ing)?(?: access)?(?: (?:is|was|to \S+))? (?:denied|prohibited|forbidden)
            relay(?:ing)?(?: access)?(?: (?:is|was|to \S+))? not (?:permitted|allowed|authorized)
            not (?:permitted|allowed|authorized) to (?:relay|send to this host)
            unable to relay
            no relaying
            we do not relay
            email address is not verified
            cannot relay
            not a (?:gateway|relay)
            relay (?:not|operation)
            rcpthosts
            that domain isn'?t in my list
        """),
    ),
    (
        "mailererror",
        _any(r"""
            x-unix;? ?procmail
            \bpipe to \|
        """),
    ),
    (
        "hostunknown",
        _any(r"""
            account or domain may not exist
        """),
    ),
    (
        "userunknown",
        _any(r"""
            (?:user|recipient|mailbox|account|customer|userid)s?(?: name)?(?: [^ ]{1,80})?(?: (?:is|was))? unknown
            (?:user|recipient|mailbox|account|userid)s?(?: name)?(?: [^ ]{1,80})?(?: is| was)? not (?:found|recog)
            (?:user|recipient|mailbox|account|customer|userid)s?(?: name)?(?: [^ ]{1,80})?(?: (?:is|was))? invalid
            (?:user|recipient|mailbox|account|customer|userid)s?(?: name)?(?: [^ ]{1,80})?(?: (?:is|was))? non-?existent
            (?:user|recipient|mailbox|account|customer|userid)s?(?: name)?(?: [^ ]{1,80})? (?:does ?n[o']t|not) exist
            (?:address|addressee)(?: [^ ]{1,80})?(?: (?:is|was))? (?:unknown|not found|invalid|not recog|non-?existent)
            (?:address|addressee)(?: [^ ]{1,80})? (?:does ?n[o']t|not) exist
            (?:unknown|no such|invalid|non-?existent|bad|illegal|undefined) (?:local |virtual |destination )?users?\b
            (?:unknown|no such|invalid|non-?existent|bad|undefined) (?:local |virtual )?(?:recipient|mailbox)
            (?:unknown|no such|invalid|non-?existent|bad|illegal|undefined) (?:local |virtual |destination )?account
            (?:unknown|no such|invalid|non-?existent|bad|illegal|unrouteable) (?:destination )?address(?! error: )
            (?:unknown|no such|invalid|non-?existent|bad|illegal) (?:final delivery )?(?:userid|local part)
            does ?n[o']t (?:have an? [^ ]{1,80} account|exist)
            not (?:listed in|our customer)
            no mailbox (?:here )?by that name
            no (?:valid recipient|such person|account by)
            unknown_?user
            recip(?:ient)?notfound
            recipient name is not recognized
            recipient address rejected: access denied
            not (?:a )?known (?:user|here)
            user unknown
            inactive email address
            destination address not found
            addressee unknown
            no longer (?:valid|in use)
            not a valid (?:user|mailbox|recipient)
            this (?:address|user|account) (?:no longer|does)
            invalid address
            did not match a known
            over quota and unknown
            account (?:has been )?(?:deleted|closed|removed)
            user not (?:exist|found|known)
            adresse (?:inconnue|d'au moins un destinataire invalide)
            unbekannt(?:er)? (?:benutzer|empf)
            (?:benutzer|empfänger|adresse) (?:ist )?(?:unbekannt|nicht gefunden)
            (?:kullanıcı|alıcı|adres)\w* (?:bulunamadı|bilinmiyor|yok\b)
            nieznany (?:użytkownik|odbiorca|adres)
            (?:użytkownik|odbiorca|adres) (?:jest )?nieznany
            nie znaleziono (?:adres|odbior|użytkown|skrzynk)
            (?:کاربر|گیرنده|نشانی|آدرس) (?:یافت|پیدا) نشد
            \brecipients? could not be (?:found|resolved)
            wasn'?t found at
            cannot find (?:the )?(?:user|mailbox|recipient)
        """),
    ),
    (
        "rejected",
        _any(r"""
            sender (?:address |domain |was |is )?(?:reject|denied|not|refused|unknown|blocked|invalid|verif)
            (?:domain|host) of sender
            sender domain
            unroutable sender
            (?:unverified|invalid|bad|unknown|forged|blocked) sender
            purported responsible address
        """),
    ),
    (
        "blocked",
        _any(r"""
            block(?:ed|ing)? (?:using|by .{0,30}(?:dnsbl|rbl|list)|- see|ip|from|because of)
            \b(?:rbl|dnsbl|spamhaus|sorbs|spamcop|barracudacentral|abuseat)\b
            black ?list
            banned (?:sending )?ip
            (?:client|ip|host \S+)\b.{0,60}\b(?:is |was )?(?:blocked|refused|rejected|banned|denied|not allowed|black)
            not accepting connections
            esmtp not accepting
            service refuse
            invalid ip for sending
            use the smtp server of your isp
            my name was rejected
            invalid domain name
            access denied\.\.\.
            we do not accept mail from (?:dynamic|your)
            dynamic ip
            messages from .{0,40}(?:were ?n[o']t sent|blocked)
            your (?:ip|server|network|host)\b.{0,60}(?:block|reject|denied|ban|list|refus)
            bad sender ip
            unfortunately, messages from
            no (?:mail|connection) accepted from
            missing reverse
            refused to talk to me
            connection (?:refused|dropped|rejected) .{0,20}(?:policy|abuse)
            \bhelo\b.{0,60}(?:reject|invalid|denied|blocked)
            you are not allowed to connect
            server access .{0,40}forbidden
        """),
    ),
    (
        "hasmoved",
        _any(r"""
            has moved
            no longer on (?:this )?server
            not our (?:user|customer)
            has changed (?:his|her|their|its)? ?address
            no forwarding address
            user not local; please try
            has been replaced by
        """),
    ),
    (
        "suspend",
        _any(r"""
            (?:account|mailbox|user|recipient|domain|address)(?:\(s\) account)?\b.{0,60}\b(?:disabled|suspended|frozen)
            (?:account|mailbox|user|recipient|domain|address)\b.{0,60}\b(?:locked|inactive|deactivated|not active)
            (?:account|mailbox|user|recipient|domain|address)\b.{0,60}\b(?:discontinued|expired)
            (?:account|mailbox|user|recipient|domain|address)\b.{0,60}\bblocked
            (?:disabled|suspended|inactive|frozen|locked) (?:recipient|account|mailbox|user|e?mail)
            suspended due to
            temporarily (?:suspended|disabled)
            no longer active
            is not currently accepting
        """),
    ),
    (
        "spamdetected",
        _any(r"""
            (?:classified|detected|identified|considered|rejected|flagged).{0,30}\bspam
            (?:marked|looks?|tagged|blocked|scored|appears).{0,30}\bspam
            \bspam\b.{0,30}(?:detected|content|message|filter|score|rejected|block|email|mail|found|\.)
            - spam\b
            \bube\b
            message content rejected
            unsolicited
            bulk e?mail
            spam(?:my)? content
            like spam
            \bjunk mail
            content (?:was )?(?:rejected|blocked|filtered)
            (?:high|over) spam
            spamassassin
            rejected by (?:anti-?spam|content)
        """),
    ),
    (
        "rejected",
        _any(r"""
            sender (?:address |domain |was |is )?(?:reject|denied|not|refused|unknown|blocked|invalid|verif)
            (?:domain|host) of sender
            sender domain
            unroutable sender
            (?:unverified|invalid|bad|unknown|forged|blocked) sender
            purported responsible address
            (?:return|from) (?:address|path) .{0,30}(?:reject|invalid|does not|not)
            you are not (?:a )?(?:member|allowed|permitted|subscribed)
            not (?:a )?member of
            mail from .{0,60}(?:rejected|not allowed|denied|refused)(?! for policy)
            sender verif
            google groups
            posting to .{0,40}restricted
            no permission to (?:post|send)
            senders? not allowed to (?:post|send)
            backscatter
        """),
    ),
    (
        "securityerror",
        _any(r"""
            authentication (?:is )?required
            unauthenticated senders
            (?:smtp|sender) auth
            turn on smtp auth
            delivery not auth
            not authorized
            authrequired
            access denied
            (?:insecure|prohibited|banned|dangerous|executable) (?:attach|file|extension|mail)
            authentication (?:failed|credentials)
            permission denied
            security (?:policy|reason|violation|error)
            crypto
            address rejected: policy
            unauthorized
            client was not authenticated
            must authenticate
            relaying .{0,10}authent
        """),
    ),
    (
        "policyviolation",
        _any(r"""
            policy
            protocol violation
            potential (?:security|threat)
            header error
            blocked because its content
            administrative(?:ly)? (?:prohibit|reject|denied)
            not acceptable
            for legal reasons
            prohibited by
        """),
    ),
    (
        "notaccept",
        _any(r"""
            does not (?:accept|receive) (?:e-?mail|mail|messages)
            does ?n[o']t (?:accept|receive) (?:e-?mail|mail)
            null mx
            no smtp service
            nullmx
            not accept(?:ing)? (?:network )?(?:messages|mail)
            no (?:mx|mail exchanger)(?: record)?s? (?:found|for|or)
            couldn't find (?:a|any) (?:mail exchanger|host|mx)
            (?:mail|smtp) service (?:is )?(?:not|un)available here
            domain does not accept
        """),
    ),
    (
        "hostunknown",
        _any(r"""
            host(?:name)? (?:or domain name )?(?:is )?(?:not found|unknown|lookup fail\w*)
            unknown (?:host|domain)
            (?:domain|host) (?:name )?(?:does ?n[o']t exist|not found|not exist|unknown|is invalid)
            no such (?:domain|host)
            nxdomain
            illegal host
            unrout(?:e)?able (?:mail )?(?:domain|address)
            account or domain may not exist
            name or service not known
            cannot (?:find|resolve) (?:the )?(?:host|domain)
            bad destination (?:host|system)
            unresolvable domain
            domain not (?:in use|found)
            all relevant mx records point to non-?existent
            invalid domain
        """),
    ),
    (
        "networkerror",
        _any(r"""
            hop count
            too many hops
            (?:mail|routing|forwarding) loop
            loops? (?:back|detected)
            no route to host
            network (?:is )?unreachable
            lost connection
            connection (?:reset|lost|closed|was dropped)
            name server
            name service error
            dns (?:error|lookup|server|type)
            host (?:is )?unreachable
            had no relevant answers
            no answer from host
            can'?t connect
            bad (?:connection|dns)
            broken pipe
            unable to resolve
            temporary lookup failure
        """),
    ),
    (
        "expired",
        _any(r"""
            (?:connection|operation|session|timeout|delivery|user open)? ?timed ?[\n ]?out
            retry time(?:out)?
            (?:message|delivery|queue|mail)\b.{0,40}\bexpired
            too long
            could not (?:be )?deliver(?:ed)? (?:for|within|in)
            not delivered within
            delivery (?:time|attempts)
            has been delayed
            attempts
            giving up on
            socket error
            not reachable
            did not accept our requests to connect
            been in the queue
            not responding
            deferred: connection (?:refused|timed)
            try again later
            connection refused
            could not find a gateway
            delivery (?:was )?(?:aborted|delayed|temporarily suspended)
            delayed mail
            time ?limit exceeded
            failed \d+ attempts
            undeliverable for
        """),
    ),
    (
        "mailererror",
        _any(r"""
            x-unix
            procmail
            \bpipe to\b
            command (?:failed|died|exited|time limit)
            exit(?:ed)? (?:status|value|code|with)
            local (?:delivery|mailer|configuration) (?:agent|error|failed)
            unknown mailer error
            temporary failure\. command
            command output
            mailer (?:died|error)
        """),
    ),
    (
        "systemerror",
        _any(r"""
            system (?:config|error|failure|problem)
            internal (?:server |system )?(?:error|software)
            local error in processing
            server (?:configuration|error|fail)
            ldap
            could not load
            multiple retries
            queue file write
            i/o error
            (?:can'?t|cannot) (?:create|open|write)
            out of memory
            duplicated message-id
            timeout waiting for
            resources temporarily
            configuration error
            interrupted system call
        """),
    ),
    (
        "syntaxerror",
        _any(r"""
            syntax error
            (?:improper|bad) sequence of commands
            command (?:un(?:known|recognized)|not (?:implemented|recognized))
            malformed address
            incorrectly constructed
            unrecognized (?:command|parameter)
            invalid parameter
            5\.5\.[124] (?:error|command|syntax)
        """),
    ),
    (
        "filtered",
        _any(r"""
            message filtered
            recipient preferences
            rejected by (?:a |the )?(?:remote|domain filter|recipient|user)
            refused (?:due to|by) recipient
            whitelist
            rejected by user
            filter(?:ed|ing)
        """),
    ),
    (
        "onhold",
        _any(r"""
            temporary failure(?! report)
            on hold
            temporarily rejected
            greylist
            gr[ae]y-?listed
            try later
        """),
    ),
    (
        "userunknown",
        _any(r"""
            address rejected
            mailbox (?:unavailable|not available)
        """),
    ),
    (
        "systemerror",
        _any(r"""
            service (?:currently |temporarily )?unavailable
        """),
    ),
)
