/** The headers of a mail by lower-case name; of repeated ones the first, as SES puts its own on top. */
export type Headers = ReadonlyMap<string, string>;
