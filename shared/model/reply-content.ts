import * as z from 'zod';
import {
  Button,
  Buttons,
  ContactCard,
  Contacts,
  LinkButton,
  List,
  ListRow,
  ListSection,
  Location,
  Reaction,
  Template,
} from './content.ts';

/** Spaces, control characters, and invisible characters. */
const blank = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]*$/u;

/** No provider takes a text with nothing to read, and no customer needs one. */
const Words = z
  .string()
  .min(1)
  .refine((text) => text === '' || !blank.test(text), {
    error: 'blank; allowed: something to read',
  });

/** The limit of any channel; each channel takes less. */
const maxCharacters = 100_000;

const contentIdForm = /^[\w.+@-]{1,128}$/;

/** A description of a picture, for people who do not see it. */
const AltText = Words.max(2000);

/** A file beside a text, in our bucket. */
const FileToAttach = z.strictObject({
  url: z.string().startsWith('s3://').max(1100),
  contentType: z.string().min(3).max(128),
  fileName: z.string().min(1).max(255).optional(),
  /** The id by which the HTML shows the file (`cid:`); absent: the file is beside the text. */
  contentId: z.string().regex(contentIdForm).optional(),
  altText: AltText.optional(),
});
export type FileToAttach = z.infer<typeof FileToAttach>;

/** The limit of files beside one text. */
const maxFiles = 50;

const Text = z.strictObject({
  type: z.literal('text'),
  text: Words.max(maxCharacters),
  /** The same as HTML, on a channel that shows HTML. Programs that do not show it show `text`. */
  html: Words.optional(),
  attachments: z.array(FileToAttach).min(1).max(maxFiles).optional(),
  /** True when the channel may show a preview of the first link. */
  linkPreview: z.boolean().optional(),
});

const Media = z.strictObject({
  type: z.literal('media'),
  url: z.url().optional(),
  providerMediaId: z.string().min(1).optional(),
  contentType: z.string().min(1),
  fileName: z.string().optional(),
  caption: z.string().optional(),
  /** A voice message rather than a sound file. */
  voice: z.boolean().optional(),
  altText: AltText.optional(),
});

/** A file: at a web address, in our bucket (`s3://…`), or one the provider has already. */
const OneFile = Media.refine(
  ({ url, providerMediaId }) => (url === undefined) !== (providerMediaId === undefined),
  { error: 'either url or providerMediaId is needed, not both' },
);

/**
 * Any JSON, and not looked into: how deep a command may be is decided by its reading, and a schema that follows a
 * hostile depth ends with the call stack.
 */
const Json: z.ZodType<z.core.util.JSONType, z.core.util.JSONType> = z.any();

/** A template to send. The values of its placeholders have the provider's own form; everything around them is ours. */
export const TemplateToSend = z.strictObject({
  ...Template.shape,
  components: z.array(Json).default([]),
});

const frame = { text: Words, header: Words.optional(), footer: Words.optional() };

const ButtonsToSend = z.strictObject({
  ...Buttons.shape,
  ...frame,
  buttons: z.array(z.strictObject({ ...Button.shape, title: Words })).min(1),
});

const ListToSend = z.strictObject({
  ...List.shape,
  ...frame,
  button: Words,
  sections: z
    .array(
      z.strictObject({
        ...ListSection.shape,
        title: Words.optional(),
        rows: z.array(z.strictObject({ ...ListRow.shape, title: Words })).min(1),
      }),
    )
    .min(1),
});

/**
 * The content that an agent may send. Each connector declares which of these its channels can carry. Strict on every
 * level that we define: a misspelt field is refused by name, and never silently left out.
 */
export const ReplyContent = z
  .discriminatedUnion('type', [
    Text,
    OneFile,
    z.strictObject(Location.shape),
    z.strictObject({ ...Contacts.shape, contacts: z.array(z.strictObject(ContactCard.shape)) }),
    z.strictObject(Reaction.shape),
    ButtonsToSend,
    ListToSend,
    z.strictObject({ ...LinkButton.shape, ...frame, title: Words }),
    TemplateToSend,
  ])
  .meta({ id: 'ReplyContent' });
export type ReplyContent = z.infer<typeof ReplyContent>;

/** The same as the table keeps it. Never strict: another release may have written further fields. */
export const StoredReplyContent: z.ZodType<ReplyContent> = z.discriminatedUnion('type', [
  z.object({
    ...Text.shape,
    text: z.string(),
    html: z.string().optional(),
    attachments: z
      .array(
        z.object({
          ...FileToAttach.shape,
          fileName: z.string().optional(),
          altText: z.string().optional(),
        }),
      )
      .optional(),
  }),
  z.object({ ...Media.shape, altText: z.string().optional() }),
  Location,
  Contacts,
  Reaction,
  Buttons,
  List,
  LinkButton,
  Template,
]);
