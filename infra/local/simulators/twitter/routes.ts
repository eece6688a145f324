import type { Limit, Route, Way } from './call.ts';
import { downloadDirectMessageFile } from './media/files.ts';
import { describeMedia } from './media/metadata.ts';
import { appendUpload, finalizeUpload, initializeUpload, uploadStatus } from './media/uploads.ts';
import { sendDirectMessage } from './messages/direct-messages.ts';
import { listAllMessages, listConversation, listConversationWith } from './messages/dm-lists.ts';
import { lookUpPosts, lookUpPostsInPath, lookUpUser } from './messages/look-ups.ts';
import { createPost } from './messages/posts.ts';
import { listMentions, listOwnPosts } from './messages/timelines.ts';
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  validateWebhook,
} from './webhooks/registry.ts';
import { replay } from './webhooks/replay.ts';
import {
  deleteSubscription,
  deleteSubscriptions,
  listSubscriptions,
  subscribe,
  updateSubscription,
} from './webhooks/subscriptions.ts';

const user: readonly Way[] = ['oauth1', 'oauth2'];
const everybody: readonly Way[] = ['oauth1', 'oauth2', 'app'];
const app: readonly Way[] = ['app'];

/** The parameters of paths, and the texts that each takes. */
const parameters = {
  ':id': String.raw`(\d{1,19})`,
  ':conversation': String.raw`(\d+-\d+)`,
  ':name': String.raw`(\w{1,20})`,
  ':file': String.raw`([\w.-]+)`,
};

function path(text: string): RegExp {
  const pattern = Object.entries(parameters).reduce(
    (written, [name, form]) => written.replaceAll(name, form),
    text,
  );
  return new RegExp(`^/2/${pattern}$`);
}

const readsMessages = ['dm.read', 'tweet.read', 'users.read'];
const readsPosts = ['tweet.read', 'users.read'];
const day = 180_000;

type Settings = Omit<Route, 'method' | 'path' | 'answer' | 'limit'> & Omit<Limit, 'class'>;

/** One endpoint, with a class of limits of its own unless it shares that of another. */
function route(
  name: `${Route['method']} ${string}`,
  { user: perUser, app: perApp, userDay, appDay, ...settings }: Settings,
  answer: Route['answer'],
  limitClass: string = name,
): Route {
  const [method = 'GET', pattern = ''] = name.split(' ');
  const limit: Limit = {
    class: limitClass,
    ...(perUser === undefined ? {} : { user: perUser }),
    ...(perApp === undefined ? {} : { app: perApp }),
    ...(userDay === undefined ? {} : { userDay }),
    ...(appDay === undefined ? {} : { appDay }),
  };
  return { method: method as Route['method'], path: path(pattern), limit, ...settings, answer };
}

const dmList = { ways: user, scopes: readsMessages, user: 15, hasPrice: true };
const upload = { ways: user, scopes: ['media.write'], user: 1875, appDay: day };
const subscribing = { ways: app, app: 500 };
const registering = { ways: app, app: 450 };
const lookUp = { ways: everybody, scopes: readsPosts, user: 900, app: 300, hasPrice: true };

/** X's endpoints, as far as they are simulated, with who may call them (OpenAPI 2.167) and how often (rate limits). */
export const routes: readonly Route[] = [
  route(
    'POST dm_conversations/with/:id/messages',
    {
      ...{ ways: user, scopes: ['dm.write', 'tweet.read', 'users.read'], hasPrice: true },
      ...{ user: 15, userDay: 1440, appDay: 1440 },
    },
    sendDirectMessage,
  ),
  route('GET dm_conversations/with/:id/dm_events', dmList, listConversationWith),
  route('GET dm_conversations/:conversation/dm_events', dmList, listConversation),
  route('GET dm_events', dmList, listAllMessages),
  route(
    'GET dm_conversations/media/:id/:id/:file',
    { ways: ['oauth2'], scopes: ['dm.read'] },
    downloadDirectMessageFile,
  ),
  route(
    'POST tweets',
    {
      ...{ ways: user, scopes: ['tweet.write', 'tweet.read', 'users.read'], hasPrice: true },
      ...{ user: 100, appDay: 10_000 },
    },
    createPost,
  ),
  route('GET tweets', { ...lookUp, user: 5000, app: 3500 }, lookUpPosts),
  route('GET tweets/:id', { ...lookUp, app: 450 }, lookUpPostsInPath),
  route('GET users/:id/tweets', { ...lookUp, app: 10_000 }, listOwnPosts),
  route('GET users/:id/mentions', { ...lookUp, user: 300, app: 450 }, listMentions),
  route('GET users/me', { ways: user, scopes: readsPosts, user: 75, hasPrice: true }, lookUpUser),
  route('GET users/:id', lookUp, lookUpUser),
  route('GET users/by/username/:name', lookUp, lookUpUser),
  route('POST media/upload/initialize', upload, initializeUpload),
  route('POST media/upload/:id/append', upload, appendUpload),
  route('POST media/upload/:id/finalize', upload, finalizeUpload),
  route('GET media/upload', { ...upload, user: 1000, appDay: 100_000 }, uploadStatus),
  route('POST media/metadata', { ...upload, user: 500, appDay: 50_000 }, describeMedia),
  route('POST webhooks', { ...registering, ways: ['oauth1', 'app'] }, createWebhook),
  route('GET webhooks', registering, listWebhooks),
  route('PUT webhooks/:id', { ...registering, ways: ['oauth1', 'app'] }, validateWebhook),
  route('DELETE webhooks/:id', { ...registering, ways: ['oauth1', 'app'] }, deleteWebhook),
  route('POST webhooks/replay', { ways: app, app: 100 }, replay),
  route('POST activity/subscriptions', { ...subscribing, ways: everybody }, subscribe),
  route('GET activity/subscriptions', { ...subscribing, ways: everybody }, listSubscriptions),
  route('DELETE activity/subscriptions', subscribing, deleteSubscriptions),
  route('PUT activity/subscriptions/:id', subscribing, updateSubscription),
  route('DELETE activity/subscriptions/:id', subscribing, deleteSubscription),
];
