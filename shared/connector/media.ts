import type * as core from 'zod/v4/core';

/** A file the provider holds, as the message named it. */
export interface MediaReference {
  /** The attachment's `providerReference`. */
  readonly reference: string;
  /** The provider's id of the message that it came with, where it is known. */
  readonly providerMessageId?: string;
  /** The short-lived address that came with the webhook: a fast path, never relied on. */
  readonly downloadUrl?: string;
}

export interface MediaContext<Account, Credentials> {
  readonly account: Account;
  readonly credentials: Credentials;
  /** The provider's API, without a trailing slash. */
  readonly apiUrl: string;
  /** The time limit of one HTTP call. */
  readonly timeoutSeconds: number;
}

/** The place of a file, or the reason why there is none. */
export type MediaLocation = MediaFound | MediaDelivered | MediaRefusal;

export interface MediaFound {
  readonly kind: 'found';
  readonly url: string;
  /** For the provider's own hosts only; they never follow a redirect to another. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
  readonly contentType?: string;
}

/** The provider has written the file to the destination it was given; it is not checked yet. */
export interface MediaDelivered {
  readonly kind: 'delivered';
  readonly contentType?: string;
}

/** An address of our own storage that takes one file by PUT, for a provider that delivers files itself. */
export interface MediaDestination {
  readonly url: string;
  /** Signed with the address: they have to come with the file. */
  readonly headers: Readonly<Record<string, string>>;
  /** The seconds for which the address is good, and that the provider may take. */
  readonly timeoutSeconds: number;
}

/** Opens the destination; only a provider that delivers asks for it. */
export type OpenDestination = () => Promise<MediaDestination>;

/** The reason why a file cannot be fetched. Reasons are published: they hold no address and no credential. */
export type MediaRefusal =
  /** The provider has deleted it. */
  | { readonly kind: 'expired'; readonly reason: string }
  /** It can never be fetched: the provider refuses it, or it is no file of this account. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** It cannot be fetched now: a fault of the provider, the network or the account. */
  | {
      readonly kind: 'later';
      readonly reason: string;
      readonly retryAfterSeconds?: number;
      /**
       * Seconds after its message from which on the file has expired, if the answer is still the same. For a provider
       * whose "not found" may mean "not yet".
       */
      readonly expiredAfterSeconds?: number;
    };

/** The way to fetch one provider's files. Limits, hashes and storage are common to all and not part of it. */
export interface MediaSourceDefinition<Account, Credentials> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
  /** Hosts a file may come from, beside that of `apiUrl`; a subdomain of one of them counts. */
  readonly hosts: readonly string[];
  /** Hosts that the provider redirects to for the file itself. They are shown no header. */
  readonly redirectHosts?: readonly string[];
  /** Larger files are not fetched. */
  readonly maxSizeBytes: number;
  /** Hours after its message for which the provider keeps a file; then it is given up. */
  readonly keptHours: number;
  /** The fast path: a location that costs no call. Pure; absent where a provider offers none. */
  readonly direct?: (
    reference: MediaReference,
    context: MediaContext<Account, Credentials>,
  ) => MediaLocation | undefined;
  /**
   * Asks the provider where the file is, or has it delivered. Never throws for what a provider or a network can do.
   */
  readonly locate: (
    reference: MediaReference,
    context: MediaContext<Account, Credentials>,
    openDestination: OpenDestination,
  ) => Promise<MediaLocation>;
}

/** The media source as the function that fetches sees it. */
export interface MediaSource {
  readonly hosts: readonly string[];
  readonly redirectHosts: readonly string[];
  readonly maxSizeBytes: number;
  readonly keptHours: number;
  readonly readAccount: (value: unknown) => unknown;
  readonly readCredentials: (value: unknown) => unknown;
  readonly direct:
    | ((
        reference: MediaReference,
        context: MediaContext<unknown, unknown>,
      ) => MediaLocation | undefined)
    | undefined;
  readonly locate: (
    reference: MediaReference,
    context: MediaContext<unknown, unknown>,
    openDestination?: OpenDestination,
  ) => Promise<MediaLocation>;
}
