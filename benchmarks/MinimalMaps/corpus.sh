#!/bin/sh
# Makes the folder of speech that the minimal map is chosen on: the training files (never the held-out ones) of seven Debian packages, as 16 kHz mono WAV.
# usage, from the project's root: benchmarks/MinimalMaps/corpus.sh FOLDER        needs apt-get, dpkg-deb, ffmpeg; 190 MB to download, 1.2 GB of space
set -eu
folder=${1:?usage: corpus.sh FOLDER}
list=$(pwd)/src/Qwen3Tokenizer.Edge.Models/Data/corpus.tsv
packages="asterisk-core-sounds-en-g722 asterisk-core-sounds-es-g722 asterisk-core-sounds-fr-g722 asterisk-core-sounds-ru-g722 fillets-ng-data fillets-ng-data-cs fillets-ng-data-nl"
mkdir -p "$folder/packages" "$folder/files" "$folder/wav"
cd "$folder"
for package in $packages; do
    ls packages/"$package"_*.deb >/dev/null 2>&1 || (cd packages && apt-get download "$package")
    dpkg-deb -x packages/"$package"_*.deb files
    awk -F '\t' -v package="$package" '$1 == "train" && $3 == package { print $2 "\t" $4 }' "$list" | while IFS="$(printf '\t')" read -r voice file; do
        wav="wav/$voice-$(echo "$file" | tr / _).wav"
        [ -s "$wav" ] || ffmpeg -nostdin -loglevel error -i "files/$file" -ar 16000 -ac 1 "$wav"
    done
done
ls wav | wc -l
