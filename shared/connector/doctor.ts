import type * as core from 'zod/v4/core';

/** A request as it was recorded, for instance in a log: as the provider sent it, or as a proxy passed it on. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One value to enter at the provider. */
export interface ConsoleEntry {
  /** The field, as the provider calls it. */
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

/** One thing that is odd, and the step that mends it. */
export interface Advice {
  /** One word, which stays the same. */
  readonly name: string;
  readonly finding: string;
  readonly next: string;
}

export type Diagnosis =
  | { readonly kind: 'accepted'; readonly finding: string }
  /** Authentic and acknowledged, but kept in quarantine: nothing of it is read. */
  | { readonly kind: 'quarantined'; readonly finding: string; readonly next: string }
  /** Refused; with all of these together the signature would fit. */
  | { readonly kind: 'explained'; readonly differences: readonly Advice[] }
  | { readonly kind: 'unexplained'; readonly finding: string; readonly next: string };

export interface NamedCredentials<Credentials> {
  /** For people: which secret it is, and nothing of its content. */
  readonly name: string;
  readonly value: Credentials;
}

export interface DoctorContext<Credentials> {
  readonly publicUrl: string;
  /** The sets that verify now. */
  readonly credentials: readonly NamedCredentials<Credentials>[];
  /** Sets of other accounts, which would explain a signature but do not verify it. */
  readonly others: readonly NamedCredentials<Credentials>[];
}

/** Knows the set-up of one provider. Pure, as a webhook is; no secret stands in what it says. */
export interface DoctorDefinition<Account, Credentials> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
  readonly consoleEntries: (
    publicUrl: string,
    account: Account | undefined,
  ) => readonly ConsoleEntry[];
  readonly settingAdvice: (account: Account) => readonly Advice[];
  readonly secretAdvice: (credentials: Credentials) => readonly Advice[];
  readonly explain: (request: RecordedRequest, context: DoctorContext<Credentials>) => Diagnosis;
}

/** The same for a caller that knows no connector: account and credentials are read by the connector's own schemas. */
export interface Doctor {
  readonly consoleEntries: (publicUrl: string, account: unknown) => readonly ConsoleEntry[];
  readonly settingAdvice: (account: unknown) => readonly Advice[];
  readonly secretAdvice: (credentials: unknown) => readonly Advice[];
  readonly explain: (request: RecordedRequest, context: DoctorContext<unknown>) => Diagnosis;
}
