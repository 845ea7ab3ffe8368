# ImageHub with libvips, PostgreSQL and the web app. It writes only to /data and /tmp:
#
#   docker build -t imagehub .
#   docker run --read-only --tmpfs /tmp --stop-timeout 40 -v imagehub:/data -p 127.0.0.1:8080:8080 imagehub

FROM node:22-bookworm-slim AS node

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
COPY --from=node /usr/local /usr/local
ENV CI=true
WORKDIR /build

# The fetched packages depend only on these files, so a change of the code does not fetch them again.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY migrations/ImageHub.Migrations.csproj migrations/packages.lock.json migrations/
COPY src/ImageHub.Domain/ImageHub.Domain.csproj src/ImageHub.Domain/packages.lock.json src/ImageHub.Domain/
COPY src/ImageHub.Application/ImageHub.Application.csproj src/ImageHub.Application/packages.lock.json src/ImageHub.Application/
COPY src/ImageHub.Infrastructure/ImageHub.Infrastructure.csproj src/ImageHub.Infrastructure/packages.lock.json src/ImageHub.Infrastructure/
COPY src/ImageHub.Infrastructure/Natives/ src/ImageHub.Infrastructure/Natives/
COPY src/ImageHub.Client/ImageHub.Client.csproj src/ImageHub.Client/packages.lock.json src/ImageHub.Client/
COPY src/ImageHub.Api/ImageHub.Api.csproj src/ImageHub.Api/packages.lock.json src/ImageHub.Api/
COPY src/ImageHub.Web/Web.targets src/ImageHub.Web/package.json src/ImageHub.Web/package-lock.json src/ImageHub.Web/.npmrc src/ImageHub.Web/
# As `dotnet publish` restores: with the compiler that works ahead of time.
RUN dotnet restore src/ImageHub.Api --locked-mode -p:_IsPublishing=true -p:Configuration=Release \
 && dotnet msbuild src/ImageHub.Infrastructure -nologo -target:FetchNatives \
 && dotnet msbuild src/ImageHub.Api -nologo -target:InstallWeb

# COPY gives the files newer dates, so mark the fetched packages as up to date.
COPY . .
RUN touch src/ImageHub.Infrastructure/Natives/node_modules/.imagehub-fetched src/ImageHub.Web/node_modules/.imagehub-installed \
 && dotnet publish src/ImageHub.Api --configuration Release --no-restore --output /app \
 && cp LICENSE /app/

FROM mcr.microsoft.com/dotnet/aspnet:10.0
LABEL org.opencontainers.image.title="ImageHub" \
      org.opencontainers.image.description="A self-hosted image gallery and image API" \
      org.opencontainers.image.licenses="MIT"

# A new volume inherits the owner of this folder.
RUN install --directory --owner="$APP_UID" --group="$APP_UID" --mode=0700 /data
COPY --from=build /app /app

# Node.js decodes HEIC.
COPY --from=node /usr/local/bin/node /usr/local/bin/

# Diagnostics are off: their port is a socket in /tmp that nothing uses.
ENV ASPNETCORE_URLS=http://+:8080 \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0 \
    ImageHub__DataDirectory=/data
USER $APP_UID
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "/app/ImageHub.Api.dll", "health"]
ENTRYPOINT ["dotnet", "/app/ImageHub.Api.dll"]
