/** A call of a test or a person that a simulator cannot follow. Its sentence says what is allowed; answered 400. */
export class BadCall extends Error {
  override readonly name = 'BadCall';
}
