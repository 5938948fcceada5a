# Runs beside the server in its container, from when the clerk is connected, and stops the server, and so the container,
# when that connection is closed, as it is however the test process ends.

touch /tmp/watched

clerks() {
    psql -U postgres -d postgres -tAc "select count(*) from pg_stat_activity where application_name like 'taskbridge\_test\_%'"
}

until [ "$(clerks)" = 0 ]; do sleep 1; done
kill -QUIT 1
