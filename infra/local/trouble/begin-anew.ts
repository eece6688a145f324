/** The advice for a state that cannot be read. */
export const beginAnew = 'npm start -- --fresh begins anew';
