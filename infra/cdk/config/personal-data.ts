import * as z from 'zod';
import { patternProblem, patternsProblem } from '#shared/reply/personal-data/safe-pattern';
import { PersonalDataSettings } from '#shared/reply/personal-data/settings';

/** The settings of public replies, with patterns whose time is bounded: a reply is looked through while it is taken. */
export const PersonalData = z
  .strictObject(PersonalDataSettings.shape)
  .superRefine(({ patterns }, context) => {
    const problems = patterns.map(({ pattern }) => patternProblem(pattern));
    for (const [index, message] of problems.entries()) {
      if (message === undefined) continue;
      context.addIssue({ code: 'custom', path: ['patterns', index, 'pattern'], message });
    }
    if (problems.some((problem) => problem !== undefined)) return;
    const message = patternsProblem(patterns.map(({ pattern }) => pattern));
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['patterns'], message });
  });
