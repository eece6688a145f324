import type { SourceFile } from './tree-rules.ts';

const maxFiles = 25;

/** The files every connector may have at its top, each with one job; beside them stand only words that rooms share. */
const faces = [
  ...['declaration', 'account', 'credentials', 'webhook', 'sns', 'parser', 'status-parser'],
  ...['media-source', 'reply-check', 'sender', 'doctor', 'unsubscribe-link'],
  ...['catch-up', 'registration', 'authorization', 'token-refresh'],
];
const needed = ['declaration', 'account', 'parser', 'reply-check', 'sender'];
const rooms = ['webhook', 'inbound', 'outbound', 'api', 'catch-up', 'registration', 'authorization'];
/** `api` calls the provider for the rooms beside it; these two are pure and never do. */
const pureRooms = ['webhook', 'inbound'];

/** AWS carries Meta's messages as they are, so its connector reads Meta's. No other reads another. */
export const carriedBy: Readonly<Record<string, string>> = { 'whatsapp-aws': 'whatsapp' };

/** Names the folders that hold too many sources. */
export function crowdedFolders(files: readonly SourceFile[]): string[] {
  const byFolder = Map.groupBy(files, ({ path }) => path.slice(0, path.lastIndexOf('/')));
  return [...byFolder]
    .filter(([, all]) => all.length > maxFiles)
    .map(([folder, all]) => `${folder} has ${all.length} files, allowed are ${maxFiles}`);
}

interface Place {
  readonly connector: string;
  /** Empty at the top of a connector. */
  readonly room: string;
  readonly name: string;
}

/** What is wrong with the rooms of the connectors, a sentence each. */
export function roomProblems(files: readonly SourceFile[]): string[] {
  const placed = files.flatMap((file) => {
    const place = placeOf(file.path.replace(/\.ts$/, ''));
    return place ? [{ file, place }] : [];
  });
  const byConnector = Map.groupBy(placed, ({ place }) => place.connector);
  return [
    ...placed.flatMap(({ file, place }) => wrongRoom(file, place)),
    ...placed.flatMap(({ file, place }) => wrongImports(file, place)),
    ...[...byConnector].flatMap(([connector, all]) => {
      const tops = all.filter(({ place }) => place.room === '').map(({ place }) => place.name);
      const missing = needed.filter((face) => !tops.includes(face));
      return missing.map((face) => `connectors/${connector} has no ${face}.ts`);
    }),
  ];
}

function placeOf(path: string): Place | undefined {
  const [root, connector = '', ...rest] = path.split('/');
  if (root !== 'connectors' || rest.length === 0) return undefined;
  return { connector, room: rest.length > 1 ? (rest[0] ?? '') : '', name: rest.at(-1) ?? '' };
}

function wrongRoom({ path }: SourceFile, { room }: Place): string[] {
  if (room === '' || rooms.includes(room)) return [];
  return [`${path} is in a room called ${room}; allowed are ${rooms.join(', ')}`];
}

function wrongImports({ path, text }: SourceFile, from: Place): string[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return [...text.matchAll(/from '(\.\/|#)([^']+?)(\.ts)?'/g)].flatMap(([, start, rest]) => {
    const target = start === '#' ? (rest ?? '') : `${folder}/${rest}`;
    const to = placeOf(target);
    const reason = to && wrongDirection(from, to);
    return reason ? [`${path} imports ${target}: ${reason}`] : [];
  });
}

/** A face reads every room, a room reads itself and the words at the top, and a word reads words. */
function wrongDirection(from: Place, to: Place): string | undefined {
  if (from.connector !== to.connector) {
    if (carriedBy[from.connector] === to.connector) return undefined;
    return 'one connector never reads another';
  }
  if (to.room === '' || to.room === from.room) return undefined;
  if (to.room === 'api' && from.room !== '' && !pureRooms.includes(from.room)) return undefined;
  if (from.room !== '') return `${from.room} does not read ${to.room}`;
  return faces.includes(from.name) ? undefined : 'a word that rooms share reads no room';
}
