/** Thrown for a message that may only join a conversation (`joinsOnly`), and joins none. */
export class JoinsNothing extends Error {
  constructor() {
    super('it is about no message that its customer got');
    this.name = 'JoinsNothing';
  }
}
