# Runs in the container from when the admin connection is open. Stops the server, and so the container, when that
# connection is closed, which happens however the test process ends.

touch /tmp/watched

admin_connections() {
    psql -U postgres -d postgres -tAc "select count(*) from pg_stat_activity where application_name like 'taskbridge\_test\_%'"
}

until [ "$(admin_connections)" = 0 ]; do sleep 1; done
kill -QUIT 1
