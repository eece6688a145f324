/** Names of our messages, in each language below. */
const en = '(?:texts?|messages?|text messages?|sms|spam|promos?|promotions?|ads|marketing|alerts?)';
const es = '(?:mensajes?|sms|textos?|publicidad|promociones|spam)';
const fr = '(?:messages?|sms|textos?|publicites?|pubs?|offres?|spams?|communications?)';
const de = '(?:nachrichten?|sms|werbung|werbenachrichten|mitteilungen|texte)';
const pt = '(?:mensagens?|mensagem|sms|textos?|publicidade|promocoes|spam)';
const it = '(?:messaggi|sms|pubblicita|promozioni|spam|comunicazioni)';
const nl = '(?:berichten|berichtjes|sms|smsjes|smsen|sms en|reclame|spam|appjes)';

/** The place where a sentence ends, or a word of courtesy that stands there. */
const end =
  '(?: please| pls| thanks| svp| bitte| por favor| per favore| alstublieft| aub| now)* ?(?:\\.|$)';

/** Words before a wish, and the place where the message ends. */
const onlyWish = '^(?:(?:stop|please|pls|just|now|ok|and|bitte|por favor|\\.) ?)*';
const only = '(?: please| pls| thanks| bitte| por favor| now| asap| immediately)*[ .]*$';
const number = '(?:(?:phone|cell|mobile) )?number';

/**
 * Sentences by which people ask not to be written to. They are read in folded text, where apostrophes and hyphens
 * are blanks and every other sign is a full stop. The object is always us or our messages: "stop the delivery" is an ordinary wish.
 */
const phrases: readonly string[] = [
  // English
  `\\b(?:stop|quit|cease) (?:texting|messaging|contacting|spamming|bothering|bugging|pestering|harassing|writing(?: to)?)(?: (?:me|us|this number|my number|here)|${end})`,
  `^(?!.*\\b(?:did|does|will|has|have) not\\b).*\\b(?:stop|quit|cease) sending (?:(?:me|us) )?(?:(?:these|this|those|any|all|so many|your|more|the) )*(?:${en}|crap|junk|stuff)\\b`,
  `\\bstop (?:(?:all|these|those|your|the|further|any) )+(?:texts|messages|text messages|sms|spam)\\b`,
  `\\b(?:cease|stop) (?:all (?:communications?|contact)|communicat\\w+ with me)\\b`,
  `\\b(?:dont|don t|do not|never) (?:ever )?(?:text|txt|message|msg|sms|contact|write(?: to)?) (?:me|us|this number|here)(?: again| any ?more| ever| at all|${end})`,
  `\\b(?:dont|don t|do not|never) send (?:me |us )?(?:(?:(?:any|more|these|further|such|other) )*${en}\\b|anything (?:else|more))`,
  `\\b(?:remove|delete|take|drop|strike|get) (?:me|us|this number|my (?:phone |cell |mobile )?number)(?: off| from| out of) (?!(?:\\w+ )?waiting)(?:\\w+ ){0,3}(?:list|lists|database|system|contacts|mailing|texts|messages)\\b`,
  `\\b(?:take|get) (?:me|us|my number) off${end}|\\bremove me${end}`,
  `\\bbe (?:removed from|taken off) (?!(?:\\w+ )?waiting)(?:\\w+ ){0,3}list\\b`,
  `\\bunsubscribe (?:me|us)\\b`,
  `\\b(?:unsubscribe|opt out)(?: from| of) (?:(?:these|this|your|all|any|the|of) )*(?:${en}|list|mailing list)\\b`,
  `\\b(?:want|wish|like|need|would like|have) to (?:opt out|unsubscribe)${end}`,
  `\\b(?:no longer|dont|don t|do not|never) (?:want|wish|like|need)(?: to)?(?: get| receive| be getting| have)?(?: (?:any|more|these|those|your|further|the|such|all|other))* ${en}\\b(?! (?:in|about|when|on|to go)\\b)`,
  `(?:^|\\. ?)(?:please )?no more ${en}(?: from\\b| to\\b|${end})`,
  `\\bleave me alone\\b|\\blose my number\\b|\\benough (?:with|of) (?:the|these|your) ${en}\\b`,
  `\\b(?:revoke|withdraw) (?:my |all |any )?(?:consent|permission)\\b`,
  `${onlyWish}(?:stop|quit) sending${only}|^(?:please )?stop it[ .]*(?:please|now)?[ .]*$`,
  `${onlyWish}(?:dont|don t|do not) (?:text|txt|message|msg|contact)${only}`,
  `${onlyWish}(?:delete|remove|erase) my ${number}${only}`,
  `^stop\\b[ .]*(?:(?:u|you|ya|this|it|is|s|have|ve|got|re|are|texting|messaging|the|a) )*wrong (?:number|person|guy)${only}`,
  `^(?:(?:u|you|ya|this|it|is|s|have|ve|got|re|are|texting|messaging|the|a|sorry) )*wrong (?:number|person|guy)[ .]*(?:(?:so|please|pls|just) )*stop${only}`,
  `${onlyWish}(?:unsubscribe|opt out|opt me out) (?:me |us )?(?:from|of) (?:all|everything)${only}`,
  // Spanish
  `\\b(?:deje|dejen|deja|dejad|paren|pare|para) de (?:enviarme|enviarnos|mandarme|escribirme|contactarme|molestarme|textearme)\\b`,
  `\\b(?:dejen|dejad|paren) de (?:enviar|mandar|escribir|molestar)\\b`,
  `\\bno (?:me |nos )(?:escrib(?:a|an|as)|(?:contact|molest|texte)(?:e|en|es)) (?:mas|nunca|otra vez|de nuevo)\\b`,
  `\\bya no (?:me |nos )(?:escrib(?:a|an|as)|(?:contact|molest)(?:e|en|es))\\b`,
  `\\bno (?:me |nos )(?:envi|mand)(?:e|en|es) (?:nada mas|(?:mas |sus |estos )+${es}|mas${end})`,
  `\\bno vuelv\\w+ a (?:escribir|contactar|enviar|mandar|molestar)(?:me|nos)\\b`,
  `\\bno (?:quiero|deseo|queremos) (?:(?:seguir )?(?:recibir|recibiendo) )?(?:mas |sus |estos |otros )*${es}\\b(?! (?:de voz|en (?:el|la))\\b)`,
  `\\bno (?:escribir|enviar|mandar|contactar) mas\\b(?: ${es}| a este (?:numero|telefono)|${end})`,
  `\\b(?:quit|borr|elimin|saqu|sac)\\w{1,3}me (?:ya )?de (?:\\w+ ){1,2}(?:lista|listas|base)\\b(?! de (?:compra|espera))`,
  `\\b(?:elimin|borr|quit)\\w{1,3} mi (?:numero|telefono) de\\b`,
  `\\b(?:de|den|da|dar)me de baja(?: de (?:los|estos|sus|la|su) (?:${es}|lista)\\b|${end})`,
  `\\bdej(?:e|en|a)me en paz\\b`,
  // French
  `\\barret(?:er|ez|e|es) (?:de |d )(?:m |me |nous )(?:envoyer|ecrire|contacter|harceler|spammer|texter|importuner|deranger)\\b`,
  `\\barret(?:er|ez|e) (?:les|vos|ces|tous vos|tous ces) (?:sms|messages|textos|pubs?|spams?)\\b`,
  `\\bne (?:m |me |nous )(?:ecri|contact|text|derang|harcel)\\w* (?:plus|jamais plus)\\b`,
  `\\bne (?:m |me |nous )envo\\w* plus (?:rien|(?:de |d |vos |ces |aucun )+${fr}|jamais)\\b|\\bne (?:m |me |nous )envo\\w* plus${end}`,
  `\\bne plus (?:m |me |nous )(?:ecrire|contacter|texter|deranger|importuner|solliciter|envoyer (?:de |d |vos |ces |aucun )+${fr})\\b`,
  `\\b(?:veux|souhaite|desire|voulons) plus (?:recevoir |avoir )?(?:(?:de|d|des|vos|ces|les|aucun|aucune) )*${fr}\\b`,
  `\\b(?:retir|suppri|enlev|ray|effac|otez)\\w*(?: moi| mon (?:numero|nom))(?: de telephone)? (?:de|du) (?:\\w+ )?(?:listes?|fichiers?|bases?|repertoire)\\b(?! d attente)`,
  `\\b(?:me |m )(?:retirer|enlever|supprimer|desinscrire|rayer) de (?:votre|vos|la|cette) (?:listes?|fichiers?|base)\\b(?! d attente)`,
  `\\b(?:desabonn|desinscri)\\w* moi\\b`,
  `\\bme (?:desabonner|desinscrire)(?: de (?:vos|ces|la|votre|tous vos) (?:${fr}|liste)\\b|${end})`,
  `\\blaiss(?:ez|e) moi tranquille\\b|\\b(?:fichez|foutez) moi la paix\\b`,
  `(?:^|\\. ?)(?:plus de|stop (?:aux?|les)) ${fr}${end}`,
  // German
  `\\b(?:hort|horen|hoer(?:t|en)|hor) (?:sie |bitte |endlich |doch )*auf (?:mit (?:\\w+ ){0,2}${de}\\b|(?:mir|mich|uns|\\.|an mich) )`,
  `\\b(?:schreib|schick|send|kontaktier|text|belastig)\\w* (?:sie )?(?:bitte )?(?:mir|mich|uns) (?:bitte )?(?:nicht mehr|nie mehr|nie wieder|keine (?:\\w+ )?${de})(?:${end}| mehr\\b)`,
  `\\b(?:schick|send|schreib)\\w* sie (?:bitte )?keine (?:weiteren? ${de}|${de} mehr)\\b`,
  `\\b(?:mochte|moechte|mochten|will|wollen|wunsche) (?:\\w+ ){0,3}keine (?:\\w+ )?${de} (?:mehr|von|bekommen|erhalten)`,
  `\\b(?:mochte|moechte|will|wollen) (?:\\w+ ){0,2}nicht mehr (?:angeschrieben|kontaktiert|belastigt)\\b`,
  `(?:^|\\. ?)(?:bitte )?keine (?:weiteren?|mehr) ${de}\\b`,
  `(?:^|\\. ?)(?:bitte )?keine ${de} mehr\\b`,
  `(?:^|\\. ?)(?:bitte )?(?:mir |mich )?nicht mehr (?:an)?(?:schreiben|kontaktieren|texten|simsen)${end}`,
  `\\b(?:nehm|losch|streich|entfern|loesch)\\w* (?:sie )?(?:bitte )?(?:mich|meine (?:handy|telefon|mobil)?nummer) (?:bitte )?(?:aus|von) (?:\\w+ )?(?:liste|verteiler|datenbank|system|kartei)\\b`,
  `\\b(?:melden sie|meldet|meld|bitte melde) mich (?:bitte )?(?:\\w+ ){0,3}ab${end}`,
  `\\b(?:lassen sie|lasst|lass) mich (?:bitte |endlich )*in ruhe${end}`,
  `\\b(?:mochte|moechte|will) nichts mehr von (?:euch|ihnen) horen\\b`,
  `${onlyWish}(?:losch|loesch|streich|entfern)\\w* (?:sie )?(?:bitte )?meine (?:handy|telefon|mobil)?nummer${only}`,
  `${onlyWish}(?:(?:mich|uns|meine nummer) )?aus (?:dem|ihrem|eurem|der|ihrer|eurer) (?:verteiler|datenbank|kartei|mailingliste) (?:nehmen|losch\\w*|loesch\\w*|streich\\w*|entfern\\w*)${only}`,
  `\\bwiderrufe (?:hiermit )?meine (?:einwilligung|zustimmung)\\b`,
  // Portuguese
  `\\bpar(?:e|em|a) de me (?:enviar|mandar|escrever|contatar|contactar|incomodar|perturbar)\\b`,
  `\\bpar(?:e|em) de (?:enviar|mandar|escrever|incomodar)\\b`,
  `\\bnao (?:me |nos )(?:escrev|contat|contact|incomod|perturb)\\w* (?:mais|nunca mais|novamente|de novo)\\b`,
  `\\bnao (?:me |nos )(?:envi|mand)(?:e|em|es) (?:mais nada|nada mais|(?:mais |suas |essas )+${pt}|mais${end})`,
  `\\bnao (?:quero|desejo|queremos) (?:mais )?(?:receber )?(?:(?:mais|as|estas|essas|suas|outras) )*(?:${pt}|nada de voces)\\b(?! (?:n[ao]|de voz)\\b)`,
  `\\bme (?:tir[ae]|tirem|remov[ae]|removam|retir[ae]|retirem|exclua|excluam) d[ae] (?:sua |vossa )?(?:lista|base)\\b(?! de (?:espera|compras))`,
  `\\b(?:tir|remov|retir|exclu|apag)\\w* (?:o )?meu (?:numero|telefone) d`,
  `\\bme descadastr\\w*\\b|\\bme deix(?:e|em|a) em paz\\b|\\bdeixem me em paz\\b`,
  // Italian
  `\\bsmett(?:i|a|ete|etela|ila|ano) di (?:scriver|mandar|inviar|contattar|disturbar|messaggiar)(?:mi|ci)\\b`,
  `\\bnon (?:mi |ci )?(?:scriv|contatt|disturb)\\w* (?:piu|mai piu)\\b`,
  `\\bnon (?:mi |ci )?(?:mand|invi)\\w* piu (?:nulla|niente|(?:altri |questi )*${it})\\b|\\bnon (?:mi |ci )?(?:mand|invi)\\w* piu${end}`,
  `\\bnon (?:voglio|vogliamo|desidero) (?:piu )?(?:ricevere )?(?:(?:piu|altri|i|questi|vostri|suoi) )*${it}\\b(?! vocali)`,
  `\\bbasta (?:con )?(?:i |questi )?${it}\\b`,
  `\\b(?:cancell|rimuov|togli|elimin)\\w*(?:mi|temi)(?: subito)? dalla (?:vostra |sua |tua )?(?:lista|rubrica)\\b(?! d attesa)`,
  `\\b(?:cancell|rimuov|togli|elimin)\\w* il mio numero dal`,
  `\\bdisiscriv(?:imi|etemi)\\b|\\blascia(?:temi|mi) in pace\\b|\\bmi lasci in pace\\b`,
  // Dutch
  `\\b(?:stop|stoppen) met (?:mij |me |ons )?(?:te )?(?:\\w+ )?(?:appen|smsen|sms en|sturen|berichten|schrijven|contacteren|benaderen|lastigvallen)\\b`,
  `\\b(?:stuur|stuurt|schrijf|schrijft|sms|app|contacteer|benader) (?:u )?(?:mij|me|ons) (?:\\w+ )?(?:n(?:iet|ooit) meer(?! dan)|geen (?:\\w+ )?${nl}(?: meer|${end}))`,
  `\\bwil(?:len)? geen (?:\\w+ )?${nl} (?:meer|ontvangen|van)\\b|\\bniet meer (?:benaderd|gecontacteerd|lastiggevallen) word`,
  `(?:^|\\. ?)geen (?:\\w+ )?${nl} meer\\b`,
  `\\b(?:verwijder|haal|schrap) (?:mij|me|mijn (?:mobiele )?nummer) (?:van|uit) (?:de|uw|jullie|je|het) (?:lijst|bestand|database|verzendlijst|systeem)\\b`,
  `\\bschrijf (?:mij|me) uit\\b|\\bmeld (?:mij|me) af\\b|\\blaat (?:me|mij) met rust\\b|\\bwil ni(?:ks|ets) meer van (?:jullie|u) horen\\b`,
];

const silence = phrases.map((phrase) => new RegExp(phrase));

/** Tells if a sentence of a folded text (lower case, no accents) asks us not to write any more. */
export function asksForSilence(folded: string): boolean {
  const text = folded
    .replace(/['’‘`´\p{Pd}]/gu, ' ')
    .replace(/[^\p{L}\p{N}\s]+/gu, ' . ')
    .replace(/\s+/g, ' ')
    .trim();
  return silence.some((phrase) => phrase.test(text));
}
