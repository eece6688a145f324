/** A mistake of the person who wrote the configuration: the message is for them, a stack trace is not. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
}
