# Runs beside the server in its container and stops it, and so the container, when the test process is gone:
# the clerk's connection closes however that process ends. It has a minute to connect.

clerks() {
    psql -U postgres -d postgres -tAc "select count(*) from pg_stat_activity where application_name like 'taskbridge\_test\_%'"
}

waited=0
until [ "$(clerks)" = 1 ] || [ "$waited" -ge 60 ]; do
    sleep 1
    waited=$((waited + 1))
done
until [ "$(clerks)" = 0 ]; do sleep 1; done
kill -QUIT 1
