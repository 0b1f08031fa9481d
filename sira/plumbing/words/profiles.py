"""What gives a language away: its small words, the ends of its words, its letters. Not learnt from texts."""

# The commonest words of each language. Those with marks count without them too, as they are written in a hurry.
SMALL_WORDS = {
    "en": "the of and to is in that it for was on are as with his they at be this from have or had by but not what all"
    " were when your can said there use an each which she do how their if will up other about out many then them"
    " these so some her would him into has more no could my than been who its now did get our you we us i am me"
    " please thanks hello dear any does why where cannot can't don't i'm it's need still after before since"
    " because also only most between during while through such both however two one time first new years people"
    " over just may should",
    "tr": "ve bir bu da de için icin ile çok cok ama gibi daha en ne var yok olarak olan sonra kadar her ben sen biz"
    " siz onlar o mi mı mu mü ki değil degil şu su hiç hic nasıl nasil neden niye merhaba lütfen lutfen"
    " teşekkürler tesekkur teşekkür ederim ise veya ya hem bana bize size onu bunu şey sey tüm tum bütün butun"
    " oldu olur olduğu oldugu edilen tarafından üzerinde icinde içinde göre gore bazı bazi önce once artık artik"
    " hala hâlâ yeni iki büyük ilk diğer selam iyi günler gunler acaba rica ederiz istiyorum çünkü cunku ancak"
    " fakat yani lazım",
    "pl": "i w na z się sie nie do to że ze jest o jak po co tak za od przez ale czy był byl była byla było bylo są sa"
    " jego jej tym tego ten ta które ktore który ktory która ktora dla już juz tylko może moze ich oraz przy przed"
    " pod mnie mi mam ma mamy proszę prosze dzień dzien dobry witam cześć czesc dziękuję dziekuje pozdrawiam mój"
    " moj moja moje kiedy gdzie dlaczego jeśli jesli bardzo także takze lub we nad między miedzy być byc został"
    " zostal można mozna nowy jednak bo więc wiec żeby zeby działa dziala mogę moge jako ponieważ podczas ponad"
    " wiele innych",
    "de": "der die und in den von zu das mit sich des auf für fuer ist im dem nicht ein eine als auch es an werden aus"
    " er hat dass sie nach wird bei einer um am sind noch wie einem über ueber einen so zum war haben nur oder"
    " aber vor zur bis mehr durch man sein wurde sei ich wir ihr mein kann können koennen bitte danke hallo guten"
    " tag mir uns wenn schon unter sehr seit diese dieser gibt keine kein mich wurden zwei ihre zwischen sowie"
    " doch",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ou son"
    " aux d'un cette d'une ont ses mais comme on tout nous sa fait été ete aussi leur bien peut ces y vous je j'ai"
    " c'est n'est mon ma mes votre bonjour merci deux elle entre après apres sans être etre même meme très tres"
    " quand où donc ils était etait depuis car lors avait encore s'il qu'il l'on",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más mas o pero sus le ha me si"
    " sin sobre este ya entre cuando todo esta ser son dos también tambien fue había habia era muy años hasta"
    " desde está mi porque qué sólo solo han yo hay vez puede todos así asi nos ni parte tiene él uno donde bien"
    " mismo hola gracias buenos buenas otros fueron estos contra ellos tienen durante",
    "it": "di e il la che in un a per è del una si con non i da le dei al come lo più piu ma nel alla della sono ho ha"
    " mi anche gli questo o se suo delle ed dal ci era essere hanno stato nella ciao grazie buongiorno perché"
    " perche questa molto degli quando tutti ancora solo prima fra fatto dopo dalla sulla loro ai sul può",
    "pt": "de a o que e do da em um para é com não nao uma os no se na por mais as dos como mas foi ao ele das tem à"
    " seu sua ou ser quando muito há nos já está eu também tambem só pelo pela até isso ela entre era depois sem"
    " mesmo aos ter seus quem nas me esse eles você voce olá ola obrigado obrigada bom são foram pode",
    "nl": "de van een het en in is dat op te voor met zijn die niet aan er om ook als dan maar bij of uit nog naar door"
    " over ze hij heeft hebben worden wordt werd deze was wel geen kan tot ik mijn je wij we jullie graag bedankt"
    " hallo goedemorgen moet zou meer na wat waar kunnen veel onder zich hun andere toen tegen",
    "ru": "и в не на я что он с как это по но они мы все из за для от до или если уже только очень есть был",
    "uk": "і в не на я що він з як це по але вони ми всі із за для від до або якщо вже тільки дуже є був й та",
    "fa": "و در به از که این را با است برای آن یک خود تا بر هم شد های می شود ها ما من شما نمی سلام لطفا لطفاً چرا کار"
    " ای بود پس هر دو اما یا نیز باید کرد کند شده است نیست دارد دارم کنم ممنون",
    "ar": "في من على أن إلى عن مع هذا هذه التي الذي لا ما هو هي كان لم قد بعد كل أو ثم بين ذلك إن شكرا مرحبا لماذا",
}

# Without marks, as they are compared.
ENDINGS = {
    "en": "ing ght ble ess ity ous ers ted ned ful tly ly wn ck sh th ed hed",
    "tr": "lar ler yor dir tir dur mek mak lik luk nin nun den dan niz miz yim yum rum lum sun inda inde larin lerin"
    " acak ecek mis mus dik dug ligi arak erek ini unu asi esi nda nde iniz unuz sini sunu maya meye masi mesi bil"
    " yla yle nca nce yan yen",
    "pl": "nie ego ych ach ami owi cie icz osc ska ski emy amy wac cji cja rze esz asz ac yc ow szy czy nej nym",
    "de": "ung ich sch cht gen hen ger eit ert cher isch tten ssen ngen keit ein",
    "fr": "eux eur ait ees oir ais que elle ment aux oit tre ons",
    "es": "cion dad ado ada mos ndo ias ero idad iento nes dos das ente aron iera uel uido ario ivo osa ezas",
    "it": "zione tto tta gli ita iamo ssa lla zioni are ato",
    "pt": "cao oes dade ndo mente eira inho ais",
    "nl": "ijk eid oor aar oek ijn aan ngen ijke",
}

LETTERS = {
    "tr": "ğışİöüç", "pl": "ąęłżźćśńó", "de": "ßäöü", "fr": "èêàùœîûéç", "es": "ñ¿¡áíóúé", "it": "òìèà", "pt": "ãõçáé",
    "uk": "іїєґ", "ru": "ыэъё", "fa": "پچژگیک", "ar": "ةىأإ",
}  # fmt: skip
