# SPDX-License-Identifier: GPL-2.0-only
"""Containers made with Debian's tools that neither libclamav nor libarchive
opens, one for each row of modules/engines/magics.c. Where Debian has nothing
that writes a kind, it is a header and the bytes."""

import os
import subprocess

import apple
import bodies
import firmware
import heuristics
import lab

def document(data):
    """As Office writes it with a password; only its streams count."""
    return heuristics.compound({
        "EncryptionInfo": b"\4\0\4\0\x40\0\0\0<encryption/>",
        "EncryptedPackage": len(data).to_bytes(8, "little")
        + bytes(b ^ 0x55 for b in data)})


def behind(head, length):
    return lambda data: head.ljust(length, b"\0") + data


def in_bits(text):
    return int(text, 2).to_bytes(len(text) // 8, "big")


def pack(data):
    """All codes as long: eight bits for the bytes and the end."""
    rest = [c for c in range(256) if c not in data]
    symbols = sorted({*data, *rest[:-1]})
    codes = [symbols.index(c) for c in data] + [255]
    return b"\x1f\x1e" + len(data).to_bytes(4, "big") + bytes(
        [8, *[0] * 7, len(symbols) - 1, *symbols, *codes])


def lzh(data):
    """Blocks of one code each, and so of no bits."""
    bits = "".join(f"{1:016b}{0:010b}{0:09b}{c:09b}{0:08b}" for c in data)
    bits += f"{0:016b}"
    return b"\x1f\xa0" + in_bits(bits + "0" * (-len(bits) % 8))


def old_zstd(head):
    """One block as it is, and one that says that it was the last."""
    return lambda data: (head + b"\x40" + len(data).to_bytes(2, "big") + data
                         + b"\xc0\0\0")


# Run by a shell in a folder that holds in/a.txt; each makes `out`.
COMMANDS = {
    "Container.ACE": behind(b"\1\2\x31\0\0\0\x10**ACE**\x14\x14", 53),
    "Container.ARC": "cd in && arc a ../o.arc a.txt && mv ../o.arc ../out",
    "Container.bzip3": "bzip3 -e in/a.txt out",
    "Container.casync": "casync make out.catar in && mv out.catar out",
    "Container.cloop": "create_compressed_fs disk out",
    "Container.DACT": "dact -c in/a.txt >out",
    "Container.dar": "dar -c out -R in -g a.txt && mv out.1.dar out",
    "Container.dump": behind(b"\1".ljust(24, b"\0") + b"\x6c\xea\0\0", 1024),
    # It works for root alone.
    "Container.fsarchiver": "fsarchiver -A savedir out.fsa in && "
                            "mv out.fsa out" if os.geteuid() == 0 else
                            behind(b"FsA0".ljust(42, b"\0") + b"FsArCh_002",
                                   1024),
    "Container.Help": behind(b"ITOLITLS\1\0\0\0\x28", 256),
    "Container.KGB": "cd in && kgb -1 ../out a.txt",
    "Container.lrzip": "lrzip -q -o out in/a.txt",
    "Container.lzfse": apple.lzfse,
    "Container.LZH": lzh,
    "Container.lzop": "lzop -o out in/a.txt",
    "Container.mozLz4": behind(b"mozLz40\0", 12),
    "Container.NuFile": "nulib2 aek out.shk in/a.txt && mv out.shk out",
    "Container.pack": pack,
    "Container.PPMd": behind(b"\x8f\xaf\xac\x84\x20", 21),
    "Container.rzip": "rzip -k -o out in/a.txt",
    "Container.snappy": behind(b"\xff\6\0\0sNaPpY\1\x48", 18),
    "Container.VCDIFF": "xdelta3 -e -S none in/a.txt out",
    "Container.WIM": "wimcapture in out",
    "Container.zchunk": "zck -o out in/a.txt",
    "Container.ZPAQ": "zpaq a out.zpaq in/a.txt && mv out.zpaq out",
    "Container.zstd": old_zstd(b"\x27\xb5\x2f\xfd\0\0"),
    "Container.APFS":
        "truncate -s 600M v && mkapfs v && head -c 1M v >out",
    "Container.bcachefs": behind(
        bytes(4120) + bytes.fromhex("c68573f64e1a45ca8265f57f48ba6d81"), 8192),
    "Container.BFS": "truncate -s 1M out && mkfs.bfs out && cat in/a.txt >>out",
    "Container.btrfs": "mkfs.btrfs -q -M -d single -m single --shrink "
                       "--rootdir in out",
    "Container.cramfs": "mkfs.cramfs in out",
    "Container.EROFS": "mkfs.erofs out in",
    "Container.exFAT": "truncate -s 8M out && mkfs.exfat out && "
                       "cat in/a.txt >>out",
    "Container.ext": "truncate -s 2M out && mkfs.ext4 -q -d in out",
    "Container.F2FS": "truncate -s 64M v && mkfs.f2fs -q v && "
                      "sload.f2fs -f in v && head -c 40M v >out",
    "Container.GFS": "truncate -s 40M out && mkfs.gfs2 -q -O -p lock_nolock "
                     "-j 1 -J 8 $PWD/out && truncate -s 1M out && cat in/a.txt >>out",
    "Container.HFS": "truncate -s 1M out && hformat out && hmount out && "
                     "hcopy in/a.txt : && humount",
    "Container.JFFS2": "mkfs.jffs2 -d in -o out",
    "Container.JFS": "truncate -s 17M out && mkfs.jfs -q out && "
                     "truncate -s 1M out && "
                     "cat in/a.txt >>out",
    "Container.LVM": behind(bytes(512) + b"LABELONE".ljust(24, b"\0")
                            + b"LVM2 001", 4096),
    "Container.Minix": "truncate -s 1M out && mkfs.minix -1 out && "
                       "cat in/a.txt >>out",
    "Container.NILFS2": "truncate -s 130M v && mkfs.nilfs2 -q -f v && "
                        "head -c 1M v >out && cat in/a.txt >>out",
    "Container.NTFS": "truncate -s 2M out && mkntfs -q -F -f out && "
                      "ntfscp -f out in/a.txt a.txt",
    "Container.OCFS2": "truncate -s 40M out && mkfs.ocfs2 -q -M local -F -x "
                       "--fs-feature-level=max-compat out && "
                       "truncate -s 1M out && "
                       "cat in/a.txt >>out",
    "Container.Parallels": "qemu-img convert -f raw -O parallels disk out",
    "Container.partclone":
        "truncate -s 2M ext4 && mkfs.ext4 -q -d in ext4 && "
        "partclone.ext4 -L log -c -F -s ext4 -o out",
    "Container.QCOW": "qemu-img convert -f raw -O qcow2 disk out",
    "Container.QED": "qemu-img convert -f raw -O qed disk out",
    "Container.RAID": behind(
        bytes(4096) + b"\xfc\x4e\x2b\xa9\1\0\0\0", 8192),
    "Container.Reiser4": "truncate -s 10M out && mkfs.reiser4 -y -f out && "
                         "truncate -s 1M out && "
                         "cat in/a.txt >>out",
    "Container.ReiserFS": "truncate -s 34M out && mkfs.reiserfs -q -f -f out "
                          "&& truncate -s 1M out && cat in/a.txt >>out",
    "Container.romfs": "genromfs -f out -d in",
    "Container.sparse": "img2simg disk out",
    "Container.SquashFS": "mksquashfs in out -quiet",
    "Container.super": behind(bytes(4096) + b"gDla4", 8192),
    "Container.UBI": "mkfs.ubifs -r in -m 2048 -e 129024 -c 64 -o v && "
                     "printf '[u]\nmode=ubi\nimage=v\nvol_id=0\n"
                     "vol_type=dynamic\nvol_name=a\n' >u && "
                     "ubinize -o out -m 2048 -p 128KiB u",
    "Container.UBIFS": "mkfs.ubifs -r in -m 2048 -e 129024 -c 64 -o out",
    "Container.UEFI": firmware.volume,
    "Container.UFS": "makefs -t ffs -s 1m out in",
    "Container.VDI": "qemu-img convert -f raw -O vdi disk out",
    "Container.VHD": "qemu-img convert -f raw -O vpc disk out",
    "Container.VHDX": "qemu-img convert -f raw -O vhdx disk out",
    "Container.VMDK": "qemu-img convert -f raw -O vmdk disk out",
    "Container.VMFS": behind(
        bytes(1 << 20) + b"\x0d\xd0\1\xc0\5\0\0\0", 1 << 21),
    "Container.XFS": "truncate -s 16M out && mkfs.xfs --unsupported -q out && "
                     "cat in/a.txt >>out",
    "Container.ZFS": behind(
        bytes(16384) + b"\1\1" + bytes(9) + b"\1\0\0\0\x24\0\0\0\x20"
        b"\0\0\0\7version", 1 << 18),
    "Encrypted.age": "age-keygen -o key && age -o out -r "
                     "$(sed -n 's/.*key: //p' key) in/a.txt",
    "Encrypted.ARJ": "arj a -gbread out.arj in/a.txt && mv out.arj out",
    "Encrypted.DMG": behind(b"encrcdsa\0\0\0\2", 4096),
    # Now and then it finds no CPU time in its own measuring, and gives up.
    "Encrypted.LUKS": "for i in 1 2 3 4 5; do qemu-img convert -f raw "
                      "--object secret,id=k,data=bread -O luks "
                      "-o key-secret=k,iter-time=10 disk out && break; done",
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
    ("Container.RAID", behind(b"\xfc\x4e\x2b\xa9\1\0\0\0", 8192)),
    ("Container.VCDIFF", "xdelta3 -e -A -S djw in/a.txt out"),
    ("Container.WIM", "wimcapture in out --compress=none"),
    ("Container.WIM", "wimcapture in out --solid"),
    ("Container.WIM", "wimcapture in out --pipable"),
    ("Container.ZPAQ", "zpaq a out.zpaq in/a.txt -m5 && mv out.zpaq out"),
    ("Container.zstd", old_zstd(b"\x25\xb5\x2f\xfd\0")),
    ("Container.zstd", old_zstd(b"\x26\xb5\x2f\xfd\0")),
    ("Container.dar", "dar -c out -zxz -R in -g a.txt && mv out.1.dar out"),
    ("Container.QCOW", "qemu-img convert -c -f raw -O qcow2 disk out"),
    ("Container.VMDK", "qemu-img convert -f raw -O vmdk "
                       "-o subformat=streamOptimized disk out"),
    ("Container.cramfs", "mkfs.cramfs -N big in out"),
    ("Container.ext", "truncate -s 2M out && mkfs.ext2 -q -d in out"),
    ("Container.ext", "truncate -s 4M out && "
                      "mkfs.ext4 -q -b 4096 -O ^has_journal -d in out"),
    ("Container.Minix", "truncate -s 1M out && mkfs.minix -2 -n 14 out"),
    ("Container.Minix", "truncate -s 1M out && mkfs.minix -3 out"),
    ("Container.OCFS2", "truncate -s 40M out && "
                        "mkfs.ocfs2 -q -M local -F -x -b 4096 out && "
                        "truncate -s 1M out"),
    ("Container.ReiserFS", "truncate -s 34M out && "
                           "mkfs.reiserfs -q -f -f --format 3.5 out && "
                           "truncate -s 1M out"),
    ("Container.UEFI", firmware.capsule),
    ("Container.UFS", "makefs -t ffs -B big -s 1m out in"),
    ("Container.UFS", "makefs -t ffs -o version=2 -s 1m out in"),
    ("Container.JFFS2", "mkfs.jffs2 -n -d in -o out"),
    ("Container.Parallels", "qemu-img create -q -f parallels out 1M"),
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
    done = lab.run(["bash", "-ec", "export HOME=$PWD "
                    "PATH=$PATH:/usr/sbin:/sbin\n" + command], cwd=place)
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
