const callWords = [
  ...(['tel', 'telephone', 'phone', 'mobile', 'cell', 'call', 'whatsapp', 'sms', 'fax'] as const),
  ...(['telefon', 'telefonnummer', 'handy', 'handynummer', 'mobil', 'mobilnummer'] as const),
  ...(['rufnummer', 'festnetz', 'durchwahl', 'unter der nummer', 'anrufen', 'rückruf'] as const),
  ...(['teléfono', 'tlf', 'móvil', 'celular', 'llame', 'llámanos', 'llámale'] as const),
  ...(['téléphone', 'tél', 'portable', 'appelez', 'joignable au'] as const),
  ...(['telefono', 'cellulare', 'telefoon', 'telefoonnummer', 'telefonu', 'telefone'] as const),
];
const otherCallWords = [
  ...(['電話番号', '電話', '携帯', 'هاتف', 'جوال', 'موبايل', 'телефон', 'звоните'] as const),
  ...(['电话', '手机'] as const),
];
const callWord = String.raw`(?:(?<!\p{L})(?:${callWords.join('|')})(?!\p{L})|${otherCallWords.join('|')})`;
/** A word that announces a telephone number, with what may stand between the two. */
const announced = new RegExp(String.raw`${callWord}[^\d\n,;!?]{0,20}$`, 'iu');
const anyCallWord = new RegExp(callWord, 'iu');

/** Words for what has numbers of its own, by language. */
const things = [
  // English.
  'orders?|parts?|items?|article|serial|model|batch|lot|parcel|package|tracking|shipment|invoice|ticket|case|claim|quote',
  'reference|ref|booking|reservation|offer|contract|policy|barcode|sku|ean|isbn|imei|vin|vat|account|customer',
  // German: `Bestellung`, `Ersatzteil`, `Kundennummer`, `Los-Nr`.
  String.raw`\p{L}{0,20}(?:bestellung|auftrag|artikel|teil|charge|angebot|rechnung|vertrag|sendung|paket|buchung)`,
  'referenz|modell|reservierung|aktenzeichen|vorgang|los|ean|barcode',
  String.raw`\p{L}{0,20}(?:bestell|auftrags|kunden|serien|geräte|artikel|teile|material|chargen|los|angebots|rechnungs|` +
    'vertrags|ticket|vorgangs|sendungs|paket|referenz|modell|konto|mitglieds|zähler|buchungs|reservierungs|steuer|fall|' +
    'produkt|versicherungs|policen)-?(?:nummer|nr|id|code)',
  // French.
  'commande|dossier|réf|référence|pièce|article|modèle|lot|colis|colissimo|chronopost|facture|série|réservation|devis',
  "offre|contrat|suivi|siret|siren|code-barres|numéro (?:de )?client|numéro d'abonné",
  // Spanish and Portuguese.
  'pedido|expediente|factura|referencia|artículo|pieza|modelo|lote|envío|paquete|serie|reserva|presupuesto|oferta',
  'contrato|seguimiento|recambio|número de cliente|cif|nif|encomenda|fatura|peça|orçamento',
  // Italian.
  String.raw`ordine|articolo|lotto|pacco|spedizione|fattura|prenotazione|offerta|contratto|codice|pratica|p\. ?iva|iva`,
  // Dutch.
  '(?:bestel|order|artikel|serie|klant|factuur|onderdeel|boekings|zendings)nummer|bestelling|onderdeel|factuur|pakket',
  'zending|offerte|boeking',
  // Polish.
  'zamówieni[eau]|zamówieniem|faktur[ay]|paczk[aią]|przesyłk[aię]|seryjny|część|partia|klienta|nip|regon',
  // Russian.
  'заказ[аеу]?|артикул|накладная|посылк[аи]|серийный|модель|деталь|партия|сч[её]т|договор|инн',
];
/** Japanese and Chinese words, which have no spaces around them. */
const otherThings =
  '(?:問い?合わ?せ|お客様|顧客|会員|製造|シリアル|伝票|追跡|受付|予約|管理|請求|見積|契約|整理|登録)(?:番号|ナンバー|コード)|' +
  '(?:注文|商品|部品|製品|ロット)(?:番号|コード)?|型番|型式|品番|オーダー|订单号?|单号|编号|型号|批号';
/** Words that may stand between the thing and its number. */
const linking =
  '(?:nr|no|n|num|number|nummer|numéro|número|numero|numer|номер|№|id|code|is|was|lautet|ist|war|est|es|è|jest|の|は|が|番号)';
const otherNumber = new RegExp(
  String.raw`(?:(?<!\p{L})(?:${things.join('|')})(?!\p{L})|${otherThings})(?:[^\p{L}\d\n,;!?]|(?<![a-zа-я])${linking}(?![a-zа-я]))*$`,
  'iu',
);

/** Tells if the words before a number announce a telephone number. */
export function announcesCall(before: string): boolean {
  return announced.test(before) && !otherNumber.test(before);
}

/** Tells if the words before a number announce that of an order, a part, a customer or the like. */
export function announcesOther(before: string): boolean {
  return otherNumber.test(before);
}

/** Tells if a text speaks of telephones or calls anywhere. */
export function speaksOfCalls(text: string): boolean {
  return anyCallWord.test(text);
}
