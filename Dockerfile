# authsvc in a container: two stages, an ordinary user, nothing written but the state volume.
#
#   docker build -t authsvc .
#   docker run --read-only --tmpfs /tmp -v authsvc-state:/var/lib/authsvc authsvc
#
# As it is it listens on loopback, for a sidecar in the same pod. docs/operations.md shows TLS and other addresses.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements/run.lock pyproject.toml README.md LICENSE ./
COPY authsvc ./authsvc
RUN python -m venv /opt/authsvc
RUN /opt/authsvc/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r run.lock
RUN /opt/authsvc/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /var/lib/authsvc --shell /usr/sbin/nologin authsvc && install -d -o authsvc -g authsvc -m 0700 /var/lib/authsvc
COPY --from=build /opt/authsvc /opt/authsvc
USER authsvc
VOLUME /var/lib/authsvc
ENV AUTHSVC_STATE_DIR=/var/lib/authsvc PATH=/opt/authsvc/bin:$PATH PYTHONDONTWRITEBYTECODE=1
EXPOSE 50051 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["/opt/authsvc/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8081/readyz', timeout=2)"]
ENTRYPOINT ["/opt/authsvc/bin/authsvc"]
CMD ["serve"]
