/** Kinds of providers. A kind decides where a key stands, what a path looks like and how limits are told. */
export const PROVIDER_KINDS = ['openai', 'azure', 'anthropic', 'gemini', 'compatible'] as const;

/** One of them. `compatible` is any other server that speaks OpenAI's protocol. */
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** Shape of a provider's name, which stands before the first slash of a model's name. */
export const PROVIDER_NAME = /^[a-z][a-z0-9._-]{0,62}$/;

/** Names that no provider may have: they stand for ReqRun and its simulator. */
export const RESERVED_PROVIDER_NAMES: ReadonlySet<string> = new Set(['reqrun', 'sim', 'simulator']);

/** Name by which attempts show the simulator. */
export const SIMULATOR_PROVIDER = 'simulator';

/** Rules for asking a provider for the usage of a stream. */
export const STREAM_USAGES = ['auto', 'always', 'never'] as const;

/** One of them: where that is known to be taken, always, never. */
export type StreamUsage = (typeof STREAM_USAGES)[number];

/** Whether ReqRun does something of its own accord. */
export const AUTO_OR_OFF = ['auto', 'off'] as const;

/** One of them. */
export type AutoOrOff = (typeof AUTO_OR_OFF)[number];

/** Providers that a project may have. */
export const MAX_PROVIDERS = 20;
