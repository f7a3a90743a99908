# SPDX-License-Identifier: GPL-2.0-only
"""Containers made with Debian's tools that neither libclamav nor libarchive
opens, one for each row of modules/engines/magics.c."""

import os
import subprocess

import bodies
import heuristics
import lab

def document(data):
    """As Office writes it with a password; only its streams count."""
    return heuristics.compound({
        "EncryptionInfo": b"\4\0\4\0\x40\0\0\0<encryption/>",
        "EncryptedPackage": len(data).to_bytes(8, "little")
        + bytes(b ^ 0x55 for b in data)})


# Run by a shell in a folder that holds in/a.txt; each makes `out`.
COMMANDS = {
    "Container.bzip3": "bzip3 -e in/a.txt out",
    "Container.casync": "casync make out.catar in && mv out.catar out",
    "Container.DACT": "dact -c in/a.txt >out",
    "Container.dar": "dar -c out -R in -g a.txt && mv out.1.dar out",
    "Container.KGB": "cd in && kgb -1 ../out a.txt",
    "Container.lrzip": "lrzip -q -o out in/a.txt",
    "Container.lzop": "lzop -o out in/a.txt",
    "Container.rzip": "rzip -k -o out in/a.txt",
    "Container.WIM": "wimcapture in out",
    "Container.zchunk": "zck -o out in/a.txt",
    "Container.ZPAQ": "zpaq a out.zpaq in/a.txt && mv out.zpaq out",
    "Container.cramfs": "/sbin/mkfs.cramfs in out",
    "Container.partclone":
        "truncate -s 2M ext4 && /sbin/mkfs.ext4 -q -d in ext4 && "
        "/usr/sbin/partclone.ext4 -L log -c -F -s ext4 -o out",
    "Container.QCOW": "qemu-img convert -f raw -O qcow2 disk out",
    "Container.QED": "qemu-img convert -f raw -O qed disk out",
    "Container.romfs": "genromfs -f out -d in",
    "Container.SquashFS": "mksquashfs in out -quiet",
    "Container.VDI": "qemu-img convert -f raw -O vdi disk out",
    "Container.VHD": "qemu-img convert -f raw -O vpc disk out",
    "Container.VHDX": "qemu-img convert -f raw -O vhdx disk out",
    "Container.VMDK": "qemu-img convert -f raw -O vmdk disk out",
    "Encrypted.age": "age-keygen -o key && age -o out -r "
                     "$(sed -n 's/.*key: //p' key) in/a.txt",
    "Encrypted.ARJ": "arj a -gbread out.arj in/a.txt && mv out.arj out",
    "Encrypted.mcrypt": "mcrypt -q -k bread <in/a.txt >out",
    "Encrypted.Office": document,
    "Encrypted.OpenSSL": "openssl enc -aes-256-cbc -pbkdf2 -k bread "
                         "-in in/a.txt -out out",
}

# Further ways to write the same containers.
MORE = [
    ("Container.lrzip", "lrzip -q -z -o out in/a.txt"),
    ("Container.lrzip", "lrzip -q -n -o out in/a.txt"),
    ("Container.bzip3", "bzip3 -e -b 1 in/a.txt out"),
    ("Container.WIM", "wimcapture in out --compress=none"),
    ("Container.WIM", "wimcapture in out --solid"),
    ("Container.ZPAQ", "zpaq a out.zpaq in/a.txt -m5 && mv out.zpaq out"),
    ("Container.dar", "dar -c out -zxz -R in -g a.txt && mv out.1.dar out"),
    ("Container.QCOW", "qemu-img convert -c -f raw -O qcow2 disk out"),
] + [("Container.SquashFS", "mksquashfs in out -quiet -comp " + c)
     for c in ("lzma", "lzo", "lz4", "xz", "zstd")]


def make(command, data):
    """The container of a file with these bytes."""
    if callable(command):
        return command(data)
    place = lab.new_folder("closed")
    os.mkdir(place + "/in")
    lab.write(place + "/in/a.txt", data)
    lab.write(place + "/disk", data.ljust(1 << 20, b"\0"))
    done = lab.run(["bash", "-ec", "export HOME=$PWD\n" + command], cwd=place)
    if done.returncode != 0:
        raise AssertionError("%s: %s" % (command, done.stderr.decode()))
    if not os.path.exists(place + "/out"):
        raise AssertionError("%s: made nothing: %s" % (command, done))
    return lab.read(place + "/out")


def opened(path):
    """Who gets the test file out of it: clamscan with that signature, or
    libarchive by itself, with no program to help it."""
    found = []
    folder = lab.new_folder("signature")
    lab.write(folder + "/test.ndb", "Test:0:0:%s\n" % bodies.eicar().hex())
    done = lab.run(["clamscan", "--no-summary", "-d", folder, path])
    if b"FOUND" in done.stdout:
        found.append("clamscan")
    for program in ("/usr/bin/bsdtar", "-xOf"), ("/usr/bin/bsdcat",):
        out = subprocess.run([*program, path], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, timeout=60,
                             stderr=subprocess.DEVNULL, env={"PATH": "/none"})
        if out.stdout == bodies.eicar():
            found.append(program[0])
    return found
