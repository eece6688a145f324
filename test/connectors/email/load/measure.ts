import { execFileSync } from 'node:child_process';
import { execPath } from 'node:process';
import { shapes } from './shapes.ts';

/** Prints what a mail of 40 MB of each shape costs, as a Markdown table: `node test/connectors/email/load/measure.ts`. */
interface Cost {
  readonly cpuSeconds: number;
  readonly residentMegabytes: number;
  readonly content: string;
}

const bytes = 40 * 1024 * 1024;
const script = 'test/connectors/email/load/measure-one.ts';

console.log('| 40 MB of | CPU, s | resident, MB | becomes |\n| --- | ---: | ---: | --- |');
for (const shape of shapes) {
  const told = execFileSync(execPath, [script, shape, String(bytes)], { encoding: 'utf8' });
  const { cpuSeconds, residentMegabytes, content } = JSON.parse(told) as Cost;
  console.log(
    `| ${shape} | ${cpuSeconds.toFixed(1)} | ${residentMegabytes.toFixed(0)} | ${content} |`,
  );
}
