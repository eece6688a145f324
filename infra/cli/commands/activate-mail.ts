import { readArguments, readPositionals } from '#infra/cli/arguments';
import { usageError } from '#infra/cli/cli-error';
import type { Command } from '#infra/cli/command';
import { oneLine } from '#infra/cli/output/terminal';

/** Activates the receipt rule set of a deployed stage, where no other one is active. */
export const activateMail: Command = {
  summary: 'activate the receipt rule set of a deployed stage (Amazon SES)',
  help: `./switchboard activate-mail <rule set> --region <region> [--json]

CloudFormation makes a receipt rule set but cannot activate it. SES has one active set for each
region of an AWS account: where another one is active, nothing is changed, and the command says
how to add the stage's rule to that one. No set is ever deactivated.

  <rule set>  mail.ruleSetName of the stage
  --region    the region of the stage
  --json      {"ruleSet","region","outcome"}: activated, or active where it was already

It calls AWS with the credentials of the shell: ses:DescribeReceiptRuleSet,
ses:DescribeActiveReceiptRuleSet, ses:SetActiveReceiptRuleSet.`,
  run: async (args, { terminal }) => {
    const { values, positionals } = readArguments('activate-mail', args, {
      region: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [ruleSet] = readPositionals('activate-mail', positionals, ['rule set'] as const);
    const { region, json } = values;
    if (region === undefined) throw usageError('activate-mail: --region missing', 'activate-mail');
    if (!/^[a-z]+(?:-[a-z]+)+-\d+$/.test(region)) {
      const given = `--region is "${oneLine(region, 60)}"`;
      throw usageError(`${given}: allowed is a region of AWS, as eu-west-1`, 'activate-mail');
    }
    // SES's client is loaded when it is asked for: every other command would wait for it.
    const { openSesRules } = await import('#infra/cli/mail/ses-rules');
    const { activate } = await import('#infra/cli/mail/activate');
    const outcome = await activate(openSesRules(region), ruleSet);
    if (json) return terminal.data(JSON.stringify({ ruleSet, region, outcome }));
    terminal.data(outcome === 'active' ? `${ruleSet} is active already` : `${ruleSet} is active`);
  },
};
