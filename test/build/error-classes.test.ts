import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorClasses } from '#infra/build/sdk-schemas';
import { sourceFiles } from '#test/guards/tree-rules';

const files = sourceFiles(fileURLToPath(new URL('../..', import.meta.url)), [
  'functions',
  'shared',
  'connectors',
]);

/** The error classes that code asks for: `fault instanceof ConditionalCheckFailedException`. */
function askedFor(texts: readonly string[]): string[] {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/instanceof (\w+(?:Exception|Exceeded|InternalServerError))\b/g)].map(
      ([, name = '']) => name,
    ),
  );
  return [...new Set(names)].toSorted();
}

describe('error classes of the SDK', () => {
  it('stay in the bundles where code asks for them: of every other error only the name is known', () => {
    const kept = Object.values(errorClasses).flat().toSorted();
    expect(askedFor(files.map(({ text }) => text))).toEqual(kept);
  });

  it('are noticed when code asks for one that was left out', () => {
    const planted = 'if (fault instanceof ResourceNotFoundException) return;';
    expect(askedFor([planted])).toEqual(['ResourceNotFoundException']);
  });
});
