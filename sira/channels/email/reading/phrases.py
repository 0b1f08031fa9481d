"""What mail programs write around quotes and below letters, in the languages they speak.

Only data: pieces of regular expressions, matched without case. The order of languages is en de fr es it pt nl pl tr fa
ru uk sv da no fi cs sk hu ro el bg hr ar he ja zh ko vi.
"""

from __future__ import annotations


def _any(lines: str) -> str:
    """One alternation of all lines; a line may itself be several alternatives."""
    return "|".join(line.strip() for line in lines.strip().splitlines())


# The names of header lines in a quoted header block.
FROM = _any(r"""
    from|von|de|da|van|od|kimden|gönderen|از|فرستنده|от|от кого|від|від кого|från|fra|lähettäjä|odesílatel
    odosielateľ|feladó|de la|expediteur|expéditeur|remitente|mittente|remetente|afzender|nadawca|absender
    avsender|avsändare|afsender|από|από:|šalje|من|מאת|差出人|送信者|发件人|發件人|寄件者|寄件人|보낸 사람|보낸사람
    từ|người gửi
""")
DATE = _any(r"""
    sent|date|sent on|gesendet|gesendet am|datum|envoyé|envoyé le|envoye|enviado|enviado el|enviado em
    enviada em|enviado a las|fecha|inviato|data|data invio|verzonden|wysłano|data wysłania|wysłane
    gönderildi|gönderme tarihi|gönderim zamanı|tarih|تاریخ|ارسال شده|ارسال|дата|отправлено|надіслано|skickat
    sendt|dato|sendt den|lähetetty|päivämäärä|päiväys|odesláno|odoslané|dátum|elküldve|trimis|ημερομηνία
    στάλθηκε|изпратено|poslano|تاريخ|تم الإرسال|נשלח|תאריך|送信日時|日時|日付|发送时间|發送時間|日期|寄件日期|날짜
    보낸 날짜|ngày|đã gửi
""")
TO = _any(r"""
    to|an|à|a|para|aan|do|dla|kime|alıcı|به|گیرنده|кому|до|till|til|vastaanottaja|komu|pro|címzett|către
    catre|προς|до|za|إلى|אל|宛先|收件人|收件者|받는 사람|받는사람|destinataire|destinatario|destinatário|empfänger
    mottaker
    đến|adresat
""")
SUBJECT = _any(r"""
    subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|konu|موضوع|тема|ämne|emne|aihe|předmět
    predmet|tárgy|subiect|θέμα|относно|الموضوع|נושא|件名|题目|主题|主題|主旨|제목|chủ đề|tiêu đề|titel
""")
COPY = _any(r"""
    cc|bcc|kopie|copie|copia|cópia|kopia|bilgi|رونوشت|копия|копія|kopi|kopio|másolat|cópia|抄送|副本|참조
    answer to|reply-to|antwort an|importance|wichtigkeit|attachments
""")
# "wrote", where it stands in the line above a quote;
WROTE = _any(r"""
    wrote|writes|schrieb|hat geschrieben|a écrit|écrit|a ecrit|escribió|escribio|ha escrito|ha scritto
    scrive|escreveu|schreef|het volgende geschreven|napisał(?:\(a\))?|napisała|napisał\(-a\)|pisze|yazdı
    şunu yazdı|şunları yazdı|نوشت(?:ه)?|نوشته است|نوشتند|написал(?:\(а\)|а)?|пишет|написав(?:\(ла\))?|пише
    skrev(?: följande)?|skrev følgende|kirjoitti|napsal\(a\)|napsal|napsala|napísal(?:\(a\)|a)?|ezt írta
    írta|a scris|έγραψε|написа|je napisao(?:/la)?|كتب(?:ت)?|כתב(?:/ה)?|כתבה|のメール|は書きました|が書き込みました
    さんは書きました|写道
    寫道|写到|님이 작성|작성|đã viết|wrote the following|sagte|said|replied|hat am .{6,40} geschrieben
""")
# how such a line ends (cheap to test);
WROTE_ENDINGS = (
    "wrote", "writes", "schrieb", "geschrieben", "crit", "escribió", "escribio", "escrito", "scritto", "scrive",
    "escreveu", "schreef", "geschreven", "napisał", "(a)", "(-a)", "napisała", "pisze", "yazdı", "نوشت",
    "نوشته", "نوشته است", "نوشتند", "(а)", "написал", "написала", "пишет", "написав", "(ла)", "пише", "skrev",
    "följande", "følgende", "kirjoitti", "napsal", "napsala", "napísala", "írta", "scris", "έγραψε", "написа",
    "(/la)", "napisao/la", "كتب", "كتبت", "כתב", "כתב/ה", "כתבה", "のメール",
    "書きました", "書き込みました", "写道", "寫道", "写到",
    "님이 작성", "작성", "đã viết", "following", "sagte", "said", "replied",
)  # fmt: skip
# and how it begins.
ON = _any(r"""
    on\b|am\b|le\b|el\b|il\b|em\b|no dia\b|op\b|w dniu\b|dnia\b|den\b|dne\b|på\b|pe\b|la\b|στις\b|на\b|vào\b
    в\b|у\b|ma\b|pon\b|wt\b|śr\b|czw\b|pt\b|sob\b|niedz\b|در\b|به تاریخ|في\b|ב-|\d|[\"“'<]
    (?:mon|tue|wed|thu|fri|sat|sun)|(?:mo|di|mi|do|fr|sa|so)[.,]|(?:пн|вт|ср|чт|пт|сб|вс|нд)[,.]
    (?:lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|seg|ter|qua|qui|sex)[.,]
""")
# Titles between dashes that stand above a quoted mail.
ORIGINAL_MESSAGE = _any(r"""
    original (?:message|e?-?mail|appointment)|ursprüngliche (?:nachricht|mail|e-mail)|originalnachricht
    original[ -]nachricht|message (?:d'origine|d’origine|original|initial|transféré|transmis)
    mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|mensagem (?:original|encaminhada)
    oorspronkelijk bericht|origineel bericht|doorgestuurd bericht|(?:oryginalna|pierwotna) wiadomość
    wiadomość (?:oryginalna|przekazana|pierwotna)|treść przekazanej wiadomości
    orijinal (?:mesaj|ileti|e-posta)|özgün ileti|iletilen (?:mesaj|ileti)|yönlendirilen (?:mesaj|ileti)
    پیام (?:اصلی|فوروارد شده)|исходное сообщение|оригинальное сообщение|пересылаемое сообщение
    пересланное сообщение|originalmeddelande|ursprungligt meddelande|vidarebefordrat meddelande
    oprindelig (?:meddelelse|besked)|videresendt (?:meddelelse|besked|melding)|opprinnelig melding
    alkuperäinen viesti|välitetty viesti|původní (?:zpráva|e-mail)|přeposlaná zpráva|pôvodná správa
    eredeti üzenet|továbbított üzenet|mesaj original|αρχικό μήνυμα|الرسالة الأصلية|رسالة أصلية|הודעה מקורית
    元のメッセージ|original message|転送(?:された)?メッセージ|原始邮件|原始郵件|原文|转发的邮件|轉寄的郵件
    원본 (?:메시지|메일)
    forwarded (?:message|by .{1,60})|weitergeleitete (?:nachricht|mail)|reply message|antwort(?:nachricht)?
    quoted (?:text|message)|original nachricht
""")
BEGIN_FORWARDED = _any(r"""
    begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)
    début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato
    início da mensagem (?:reencaminhada|encaminhada)|begin doorgestuurd bericht
    początek przekazywanej wiadomości|iletilen ileti başlangıcı|начало переадресованного сообщения
    vidarebefordrat brev|vidarebefordrat meddelande|start på videresendt (?:besked|melding)
    videresendt melding|välitetty viesti alkaa|začátek přeposílané zprávy|転送されたメッセージ|下面是被转发的邮件
""")
# "Please reply above this line", as ticket systems ask for;
REPLY_ABOVE = _any(r"""
    (?:reply|answer|respon[ds]e?|write|type).{0,40}above (?:this|the) line
    above this line.{0,30}(?:reply|answer|respond)|antwort.{0,40}(?:oberhalb|über) dieser zeile
    (?:oberhalb|über) dieser zeile.{0,40}antwort|(?:répon|écri).{0,60}(?:au-dessus|dessus) de cette ligne
    (?:respuesta|respond|escrib|contest).{0,60}(?:encima|arriba) de esta línea
    (?:rispond|rispost|scriv).{0,60}sopra (?:a )?questa (?:riga|linea)
    (?:respon|respost|escrev).{0,60}acima desta linha
    (?:antwoord|reageer|reactie).{0,60}boven deze (?:lijn|regel)
    (?:odpowied|odpisz|odpisuj).{0,60}powyżej tej linii|powyżej tej linii.{0,30}odpow
    (?:yanıt|cevap).{0,40}bu (?:satırın|çizginin) üst|bu (?:satırın|çizginin) üst.{0,40}(?:yanıt|cevap|yaz)
    بالای این خط|выше этой (?:линии|строки|черты)
    (?:svar|skriv).{0,60}(?:ovanför|over) (?:den här raden|denne linje|denne linjen)|tämän rivin yläpuolelle
    nad t(?:ento|outo) (?:řádek|čárou)|この行より上|このラインより上|在此行(?:之)?上方|فوق هذا السطر
""")
# one of these is in every line that says so.
LINE = (
    "line", "zeile", "ligne", "línea", "riga", "linea", "linha", "lijn", "regel", "linii", "satır", "çizgi",
    "خط", "лини", "строк", "черт", "raden", "linje", "rivin", "řádek", "čárou",
    "この行", "このライン", "在此行", "السطر",
)  # fmt: skip
PREVIOUS = _any(r"""
    previous (?:repl(?:y|ies)|messages?|discussion|conversation)|frühere (?:antworten|nachrichten)
    (?:réponses|messages) précédent[es]*|respuestas anteriores
""")
# Lines that a device or program adds below a letter.
SENT_FROM = _any(r"""
    sent (?:from|via|by|using|with)|get outlook for|get (?:the )?\w+ for|download (?:the )?\w+ for
    via mobile|gesendet (?:von|mit|über)|von meine[mr] .{2,40} gesendet
    diese nachricht wurde von meinem .{2,60} gesendet|holen sie sich outlook|outlook für
    .{2,20} için outlook.{0,2}[uü] (?:edinin|indirin|alın)|outlook برای .{2,20} را دریافت کنید
    envoyé (?:de|depuis|avec|à partir de|par)|télécharge[zr] outlook|obtenez outlook
    enviado (?:desde|con|do|pelo|a partir|via|de)|obtener outlook|obtenha (?:o )?outlook
    inviato (?:da|dal|con|tramite)|scarica outlook|ottieni outlook|verzonden (?:vanaf|met|via)
    verstuurd (?:vanaf|met|via)|outlook voor|download outlook|wysłane? (?:z|za pomocą|przy użyciu)
    wysłano (?:z|za pomocą)|pobierz (?:program |aplikację )?outlook|.{0,30}iphone['’]?um?dan gönderildi
    .{2,40}(?:dan|den|tan|ten) gönderildi|(?:ارسال|فرستاده) شده (?:از|با)|از .{2,30} ارسال شد|отправлено (?:с|из|от)
    отправлено с помощью|надіслано (?:з|із)|skickat från|skickades från|skaffa outlook|sendt (?:fra|via|med)
    hent outlook|få outlook|lähetetty|hanki outlook|odesláno z|odeslané z|odoslané z|získat outlook
    elküldve a?|küldve|trimis (?:de pe|din)|στάλθηκε από|أرسلت من|تم الإرسال من|نسخة من|נשלח מ
    .{0,20}(?:iphone|ipad|android|スマートフォン)から送信
    (?:从|從|来自|傳送自|发自|發自|寄自).{0,30}(?:发送|傳送|iphone|手机|手機|设备|outlook)?|나의 .{2,20}에서 보냄
    được gửi từ
""")
# Formulas that close a letter, with the name below them.
CLOSING = _any(r"""
    (?:(?:with )?(?:best|kind|kindest|warm|warmest|many|with|all the best) )?regards|best wishes
    yours (?:sincerely|faithfully|truly)|all the best|br|kr
    mit (?:freundlichen|freundlichem|besten|herzlichen|lieben|vielen) gr(?:ü|ue)(?:ß|ss)(?:en)?
    (?:viele|beste|freundliche|liebe|herzliche|schöne) gr(?:ü|ue)(?:ß|ss)e|gr(?:u|ü)(?:ß|ss)e?|mfg|lg|vg
    hochachtungsvoll|cordialement|(?:bien|très) cordialement|bien à vous|sincères salutations
    (?:meilleures|sincères|cordiales) salutations|amicalement|(?:un )?(?:cordial )?saludos?(?: cordiales)?
    atentamente|un abrazo|cordialmente|(?:cordiali|distinti|cari|migliori) saluti|saluti|atenciosamente
    (?:com os )?(?:melhores )?cumprimentos|abraços?|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?
    groet(?:en|jes)?|mvg|hartelijke groet(?:en)?|(?:serdecznie )?pozdrawiam(?: serdecznie)?|z poważaniem
    (?:serdeczne )?pozdrowienia|z wyrazami szacunku|saygılarımla|saygılarımızla|saygılar
    iyi (?:çalışmalar|günler)|sevgiler(?:imle)?|selamlar|kolay gelsin|با (?:احترام|تشکر|سپاس)
    با تقدیم احترام|ارادتمند|с уважением|с наилучшими пожеланиями|з повагою|(?:med )?vänliga hälsningar
    (?:bästa )?hälsningar|mvh|(?:med )?venlig hilsen|(?:de )?bedste hilsner|(?:mange )?hilsner|hilsen
    (?:med )?vennlig hilsen|beste hilsen|(?:ystävällisin )?terveisin|(?:parhain )?terveisin|terv|s pozdravem
    s přátelským pozdravem|hezký den|s pozdravom|üdvözlettel|tisztelettel|cu (?:stimă|respect)|με εκτίμηση
    с уважение|srdačan pozdrav|مع (?:أطيب )?(?:التحية|تحياتي|الشكر)|تحياتي|בברכה|敬具|此致|敬上|祝好|顺颂商祺|감사합니다
    trân trọng
""")
LIST_FOOTER = _any(r"""
    mailing ?list|mailinglist|mailinglijst|lista (?:de correo|mailingowa)|liste de diffusion|unsubscribe
    to post to this|you received this message because|/listinfo/|google ?groups|yahoo ?groups
""")
