import type { Product } from '../product.js';

/**
 * Resolves when no request is open.
 *
 * @param product the product
 */
export async function drained(product: Product): Promise<void> {
  while ((await product.openRequests()) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
