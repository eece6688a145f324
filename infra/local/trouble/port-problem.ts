/** Says why a port cannot be had, and how to choose another. Undefined for a fault of another kind. */
export function portProblem(
  fault: unknown,
  { name, port, purpose = '' }: { name: string; port: number; purpose?: string },
): string | undefined {
  const other = port < 65_535 ? Math.max(port + 1, 1024) : port - 1;
  const advice = `${name}=${other} npm start (${name}=0 takes a free one)`;
  switch ((fault as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `port ${port}${purpose} is taken: stop what listens there, or choose another, ${advice}`;
    case 'EACCES':
      return `port ${port}${purpose} may not be opened by this user: choose another, ${advice}`;
    default:
      return undefined;
  }
}
