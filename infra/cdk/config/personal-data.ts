import * as z from 'zod';
import { patternProblem } from '#shared/reply/personal-data/safe-pattern';
import { PersonalDataSettings } from '#shared/reply/personal-data/settings';

/** The settings of public replies, with patterns whose time is bounded: a reply is looked through while it is taken. */
export const PersonalData = z
  .strictObject(PersonalDataSettings.shape)
  .superRefine(({ patterns }, context) => {
    for (const [index, { pattern }] of patterns.entries()) {
      const message = patternProblem(pattern);
      if (message === undefined) continue;
      context.addIssue({ code: 'custom', path: ['patterns', index, 'pattern'], message });
    }
  });
