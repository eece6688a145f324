import type * as core from 'zod/v4/core';

/** A file the provider holds, as the message named it. */
export interface MediaReference {
  /** The attachment's `providerReference`. */
  readonly reference: string;
  /** The short-lived address that came with the webhook: a fast path, never relied on. */
  readonly downloadUrl?: string;
}

export interface MediaContext<Account, Credentials> {
  readonly account: Account;
  readonly credentials: Credentials;
  /** The provider's API, without a trailing slash. */
  readonly apiUrl: string;
  /** One HTTP call, given up after this. */
  readonly timeoutSeconds: number;
}

/** Where a file is, or why there is none. */
export type MediaLocation = MediaFound | MediaRefusal;

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

/** Reasons are published: they hold no address and no credential. */
export type MediaRefusal =
  /** The provider has it no more, and never will again. */
  | { readonly kind: 'expired'; readonly reason: string }
  /** It will never be had: refused, not ours. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Not now: the provider's fault, the network's, the account's. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterSeconds?: number };

/** How one provider's files are fetched. What is common to all (limits, hashes, storage) is not its business. */
export interface MediaSourceDefinition<Account, Credentials> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
  /** Hosts a file may come from, beside that of `apiUrl`; a subdomain of one of them counts. */
  readonly hosts: readonly string[];
  /** Larger files are not fetched. */
  readonly maxSizeBytes: number;
  /** So long after its message the provider has a file; then it is given up. */
  readonly keptHours: number;
  /** The fast path: a location that costs no call. Pure; absent where a provider offers none. */
  readonly direct?: (
    reference: MediaReference,
    context: MediaContext<Account, Credentials>,
  ) => MediaLocation | undefined;
  /** Asks the provider where the file is. Never throws for what a provider or a network can do. */
  readonly locate: (
    reference: MediaReference,
    context: MediaContext<Account, Credentials>,
  ) => Promise<MediaLocation>;
}

/** As the function sees it that fetches. */
export interface MediaSource {
  readonly hosts: readonly string[];
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
  ) => Promise<MediaLocation>;
}
