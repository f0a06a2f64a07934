"""The files that can be downloaded, each with its checksum."""

from typing import NamedTuple


class RemoteFile(NamedTuple):
    """A file on a server: its address, and what its bytes must be.

    `max_bytes` is the length of the file. Of the texts of emgdb, for which the
    publisher states the checksum but no length, it is a limit.
    """

    url: str
    sha256: str
    max_bytes: int


def _at(address, files):
    return {name: RemoteFile(address + name, *file) for name, file in files.items()}


# The checksums are those of SHA256SUMS.txt, which PhysioNet publishes beside the files.
EMGDB = _at(
    "https://physionet.org/files/emgdb/1.0.0/",
    {
        "emg_healthy.dat": (
            "4990f34f0ffb314f6ce70c1d2089b7ce41fa96d19fcd9fb334815ca5033966fd",
            101_720,
        ),
        "emg_healthy.hea": (
            "61221ce33e167d246ec2ea8984ce2f25882b32b4d90bd7ef785c7b56ef95bac5",
            300,
        ),
        "emg_healthy.txt": (
            "99c7513614633e38e32ef903f8f38ba7a9e0c27a9223a4ab80a1642f69ff5723",
            800_000,
        ),
        "emg_myopathy.dat": (
            "2c310a0f61843a5a5e906d413b6ff7f51370a91e516344af511c7fe6da9eaf7f",
            220_674,
        ),
        "emg_myopathy.hea": (
            "752093a1e3af87cd87e39f553b8725133f57a75413661208e5d93c8d2c60e73b",
            362,
        ),
        "emg_myopathy.txt": (
            "5bef77c7b340ffd4d5edb38d75072c4e5d966153b22bfab87b081763c91368ad",
            1_800_000,
        ),
        "emg_neuropathy.dat": (
            "108c6c71d3792f3dba645539bd9241119fb4c6a3a0f3e515399694b072375dd5",
            295_716,
        ),
        "emg_neuropathy.hea": (
            "a424c80b6a5cc5733456f0848c2650321cac3658d9b02b845e08b619b2807ce0",
            346,
        ),
        "emg_neuropathy.txt": (
            "a091b955e7c104a490bd6406441e932eaf33582762015f7f19e3727e84f06703",
            2_400_000,
        ),
    },
)

# The repository of the author, at one commit.
EMG4 = _at(
    "https://raw.githubusercontent.com/cyber-punk-me/emg-nn/"
    "45adda055a7f6f4659cfe7ed27d904c3c07f6019/data/",
    {
        "0.csv": (
            "decacc74d1b7d729e615fcbfe5148b18d87a22870ec1dc5e4657feebc74c6c5e",
            923_022,
        ),
        "1.csv": (
            "e768aa988081d466b15ead061cb23596bbcab02e251a9c3fbce6087d24db390a",
            889_245,
        ),
        "2.csv": (
            "96a64ce41a3c17b5f3661f281a669607eb2c96a85500caf423ae6afca9977b06",
            922_269,
        ),
        "3.csv": (
            "f85de8aa57b46f71f8d819793958c7e5159b807ccfdd1d02f356ca448aa129f5",
            900_577,
        ),
    },
)
