import { declarations, isConnectorId } from '#connectors/declarations';
import { doctors } from '#connectors/doctors';
import { readArguments, readPositionals } from '#infra/cli/arguments';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Command } from '#infra/cli/command';
import { type Check, checksOf } from '#infra/cli/doctor/checks';
import { readRequest } from '#infra/cli/doctor/request';
import { sendingChecks } from '#infra/cli/doctor/sending';
import { subjectsOf } from '#infra/cli/doctor/subject';
import { oneLine, type Terminal } from '#infra/cli/output/terminal';

const explained = Object.keys(doctors).join(', ');

/** Checks the set-up of a connector's accounts, and explains a webhook that is refused. */
export const doctor: Command = {
  summary: 'check the set-up of a connector, and explain a webhook that is refused',
  help: `./switchboard doctor <connector> [options]

Prints the URL that signatures are checked against, the values to enter at the provider, and
whether settings and secrets are well-formed, and whether an account is paused. Of a secret it
never prints the content.

  <connector>      ${Object.keys(declarations).join(', ')}
  --account        one account (all of the stack)
  --request <file> a recorded webhook of ${explained}: says whether its signature fits, and if
                   not, which variation would have fitted and what to change. JSON
                   {"method","url","headers","body"}, an event of API Gateway, or raw HTTP
  --url <address>  the address of the webhook, https://<host>/webhooks/<connector>/<account>;
                   then no stack is needed
  --secret <file>  a file with the JSON of the account's secret (the local store)
  --json           lines of JSON: {"account","check","state","says","next",…}

Ends with 1 when something is wrong.`,
  run: async (args, { terminal, localDir }) => {
    const { values, positionals } = readArguments('doctor', args, {
      account: { type: 'string' },
      request: { type: 'string' },
      url: { type: 'string' },
      secret: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [connector] = readPositionals('doctor', positionals, ['connector'] as const);
    if (!isConnectorId(connector)) {
      const allowed = Object.keys(declarations).join(', ');
      throw usageError(`no connector ${connector}: allowed are ${allowed}`, 'doctor');
    }
    const { account, secret, url } = values;
    const wanted = { connector, account, url, secret, request: values.request };
    const subjects = await subjectsOf(wanted, localDir);
    const request = values.request === undefined ? undefined : readRequest(values.request);
    // An address given by hand is not the stack's.
    const running = url === undefined ? subjects.map(({ name }) => name) : [];
    const checks = [
      ...subjects.flatMap((subject) => checksOf(connector, subject, request)),
      ...(await sendingChecks(connector, running, localDir)),
    ];
    for (const each of checks) {
      if (values.json) terminal.data(JSON.stringify(each));
      else print(each, terminal);
    }
    const wrong = checks.filter(({ state }) => state === 'wrong');
    if (wrong.length === 0) return;
    const next = 'do what stands below each, then call this again';
    throw new CliError(`${wrong.length} of ${checks.length} checks found something wrong`, next);
  },
};

const colours = { ok: 'green', note: 'cyan', wrong: 'red' } as const;

function print({ account, check, state, says, next, field, value }: Check, terminal: Terminal) {
  const mark = terminal.paint(colours[state], state.padEnd(6));
  const start = `${mark}${account}  ${check.padEnd(9)}`;
  if (field !== undefined) {
    terminal.data(`${start}${field}`);
    terminal.data(`        ${value}`);
    terminal.data(`        ${says}`);
    return;
  }
  terminal.data(`${start}${oneLine(says, 400)}`);
  if (next !== undefined) terminal.data(`        ${oneLine(next, 400)}`);
}
