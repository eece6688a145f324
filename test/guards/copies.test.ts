import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './tree-rules.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Functions of several files with the same body, whatever they are called: the second one is a copy. */
function copies(files: readonly SourceFile[]): string[] {
  const functions = files.flatMap(({ path, text }) =>
    [...text.matchAll(/^(?:export )?(?:async )?function\*? (\w+)[^\n]*\n([\s\S]*?)^}$/gm)].map(
      ([, name, body = '']) => ({ place: `${path} ${name}`, body: body.replaceAll(/\s+/g, ' ') }),
    ),
  );
  return [...Map.groupBy(functions, ({ body }) => body).values()]
    .filter((same) => same.length > 1)
    .map((same) => same.map(({ place }) => place).join(' = '));
}

describe('a function', () => {
  it('stands in one place', () => {
    expect(copies(sourceFiles(project, ['connectors', 'shared', 'functions']))).toEqual([]);
  });

  it('is noticed when it stands in a second one, under another name', () => {
    const reader = (name: string) =>
      `function ${name}(text: string): unknown {\n  try {\n    return JSON.parse(text);\n  } catch {\n    return undefined;\n  }\n}\n`;
    const planted = [
      { path: 'connectors/a/one.ts', text: `const b = 1;\n\n${reader('parsed')}` },
      { path: 'connectors/b/two.ts', text: `${reader('jsonOf')}\nexport const c = jsonOf;\n` },
    ];
    expect(copies(planted)).toEqual(['connectors/a/one.ts parsed = connectors/b/two.ts jsonOf']);
  });
});
