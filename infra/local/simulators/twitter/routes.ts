import type { Route, Way } from './call.ts';
import { downloadDirectMessageFile } from './media/files.ts';
import { describeMedia } from './media/metadata.ts';
import { appendUpload, finalizeUpload, initializeUpload, uploadStatus } from './media/uploads.ts';
import { sendDirectMessage } from './messages/direct-messages.ts';
import { listAllMessages, listConversation, listConversationWith } from './messages/dm-lists.ts';
import { createPost } from './messages/posts.ts';
import { listMentions, listOwnPosts } from './messages/timelines.ts';

const user: readonly Way[] = ['oauth1', 'oauth2'];
const anybody: readonly Way[] = ['oauth1', 'oauth2', 'app'];
const id = String.raw`(\d{1,19})`;
const path = (text: string) => new RegExp(`^/2/${text.replaceAll(':id', id)}$`);

/** X's endpoints, as far as they are simulated, and the ways of signing in that each takes (OpenAPI 2.167). */
export const routes: readonly Route[] = [
  {
    ...{ method: 'POST', path: path('dm_conversations/with/:id/messages'), ways: user },
    answer: sendDirectMessage,
  },
  {
    ...{ method: 'GET', path: path('dm_conversations/with/:id/dm_events'), ways: user },
    answer: listConversationWith,
  },
  {
    ...{ method: 'GET', path: path(String.raw`dm_conversations/(\d+-\d+)/dm_events`), ways: user },
    answer: listConversation,
  },
  { method: 'GET', path: path('dm_events'), ways: user, answer: listAllMessages },
  {
    method: 'GET',
    path: path(String.raw`dm_conversations/media/(\d+)/(\d+)/([\w.-]+)`),
    ways: ['oauth2'],
    answer: downloadDirectMessageFile,
  },
  { method: 'POST', path: path('tweets'), ways: user, answer: createPost },
  { method: 'GET', path: path('users/:id/tweets'), ways: anybody, answer: listOwnPosts },
  { method: 'GET', path: path('users/:id/mentions'), ways: anybody, answer: listMentions },
  {
    ...{ method: 'POST', path: path('media/upload/initialize'), ways: user },
    answer: initializeUpload,
  },
  { method: 'POST', path: path('media/upload/:id/append'), ways: user, answer: appendUpload },
  { method: 'POST', path: path('media/upload/:id/finalize'), ways: user, answer: finalizeUpload },
  { method: 'GET', path: path('media/upload'), ways: user, answer: uploadStatus },
  { method: 'POST', path: path('media/metadata'), ways: user, answer: describeMedia },
];
