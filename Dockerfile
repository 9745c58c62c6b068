# The whole product in one image: the launcher runs gateway and worker against DATABASE_URL.
FROM node:24-bookworm-slim AS build
WORKDIR /tollgate
COPY package.json package-lock.json turbo.json tsconfig.base.json prisma.config.ts ./
COPY scripts scripts
COPY prisma prisma
COPY packages packages
COPY apps apps
# not `npm ci`: the lock file lacks other platforms' optional packages
RUN npm install --no-audit --no-fund
RUN npm run build
RUN npm prune --omit=dev --no-audit --no-fund \
  && rm -rf apps/*/src apps/*/test packages/*/src packages/*/test

FROM node:24-bookworm-slim
ENV NODE_ENV=production TOLLGATE_DATA=/data PORT=8080
WORKDIR /tollgate
COPY --from=build /tollgate/package.json ./
COPY --from=build /tollgate/node_modules node_modules
COPY --from=build /tollgate/packages packages
COPY --from=build /tollgate/apps apps
# applied at each start
COPY --from=build /tollgate/prisma/migrations prisma/migrations
RUN mkdir /data && chown node:node /data
USER node
# journal and master key: lose it, and usage that is not in Postgres yet is lost with it
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/tollgate/dist/main.js", "start"]
