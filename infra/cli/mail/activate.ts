import { CliError } from '#infra/cli/cli-error';
import type { SesRules } from './ses-rules.ts';

/** The beginning of the name of each rule that a stage makes (infra/cdk/config/mail.ts). */
const ownRule = /^switchboard-/;

/**
 * Activates a receipt rule set. Throws `CliError` where that would take another set's mail away: SES has one active set
 * for each region. It never deactivates one.
 */
export async function activate(rules: SesRules, ruleSet: string): Promise<'activated' | 'active'> {
  const inSet = await rules.rulesIn(ruleSet);
  if (!inSet) throw new CliError(`there is no rule set ${ruleSet}`, 'deploy the stage first');
  if (!inSet.some((name) => ownRule.test(name))) {
    throw new CliError(
      `the rule set ${ruleSet} has no rule of a stage; its rules: ${inSet.join(', ') || 'none'}`,
      `deploy the stage with mail: { ruleSetName: '${ruleSet}' } first`,
    );
  }
  const active = await rules.active();
  if (active === ruleSet) return 'active';
  if (active !== undefined) {
    throw new CliError(
      `the rule set ${active} is active; to activate ${ruleSet} would stop what ${active} receives`,
      `deploy the stage with mail: { ruleSetName: '${active}', createRuleSet: false }`,
    );
  }
  await rules.activate(ruleSet);
  return 'activated';
}
