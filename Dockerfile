# Written by config/install-files.mjs. docs/install.md describes how to use the image.
FROM node:22-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Compiles SQLite with the headers of the image, if no binary of it can be downloaded.
RUN npm_config_nodedir=/usr/local npm ci
COPY . .
RUN npm pack --silent && mkdir /app && npm_config_nodedir=/usr/local npm install --prefix /app ./ucbulk-*.tgz

FROM node:22-bookworm-slim
ENV NODE_ENV=production UCBULK_STATE=/state
COPY --from=build /app /app
RUN ln -s /app/node_modules/.bin/ucbulk /usr/local/bin/ucbulk && mkdir /state && chown node:node /state
USER node
WORKDIR /work
VOLUME /state
# The exec form: signals reach ucbulk, which then finishes its open requests.
ENTRYPOINT ["ucbulk"]
CMD ["--help"]
