/** Signal that can stop something. Every AbortSignal is one. */
export interface AbortSource {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * An AbortController and its signal in one, for what every request makes and hardly any uses: a real
 * pair is an EventTarget with all that belongs to it, and costs a request more than reading its body.
 */
export class LightAbortController implements AbortSource {
  private isAborted = false;
  private listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.isAborted;
  }

  /** Calls who listens, each once; later calls change nothing. */
  abort(): void {
    this.isAborted = true;
    this.listeners.splice(0).forEach((listener) => listener());
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.listeners.indexOf(listener);
    if (at !== -1) {
      this.listeners.splice(at, 1);
    }
  }
}
