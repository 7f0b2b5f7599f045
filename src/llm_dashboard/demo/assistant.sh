# Stands in for an assistant: says what it does, takes its time, writes one file, and runs tests that pass.
for line in \
  'reading PLAN_WEATHER-STATION.md' \
  'reading feedbacks/FIX_11.md: a torn record hides all later ones' \
  'each record gets a check sum of its own' \
  'writing station/store.py' \
  'running the tests'
do
  echo "$line"
  sleep "${PAUSE:-1}"
done
mkdir -p station
echo 'RECORD_BYTES = 24' > station/store.py
echo '============ 16 passed in 0.04s ============'
