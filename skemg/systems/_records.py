"""What was published of each system."""

from typing import NamedTuple

from ._clinical_features import clinical_features
from ._dubey2022 import dubey2022
from ._forest_dwt import forest_dwt
from ._forest_pooled import forest_pooled
from ._gaso2023 import gaso2023
from ._gokgoz2015 import gokgoz2015
from ._kamali2018 import kamali2018
from ._mishra_emd_lssvm import mishra_emd_lssvm
from ._rahman2023_spectroemgnet import rahman2023_spectroemgnet
from ._roy2022 import roy2022
from ._samanta2022 import samanta2022
from ._sengur2017 import sengur2017
from ._subasi2013 import subasi2013
from ._svm_log_spectrum import svm_log_spectrum
from ._tatlidil2025 import tatlidil2025
from ._tatlidil2025_models import MODELS
from ._vallejo2017 import vallejo2017
from ._yaman_subasi_ensembles import yaman_subasi_ensembles
from ._yoo2022_nemgnet import yoo2022_nemgnet
from ._yu2025_cnn import yu2025_cnn
from ._yu2025_svm import yu2025_svm


class System(NamedTuple):
    """A system and what was published of it."""

    name: str
    make: object
    source: str
    task: str
    published: float | None
    level: str | None


_NEEDLE = "needle: normal, neuropathic, myopathic"
_ALS = "needle: normal, neuropathic"
_SURFACE = "surface: states of gait"
_OURS = "our choice"

SYSTEMS = [
    System("clinical_features", clinical_features, _OURS, _NEEDLE, None, None),
    System(
        "dubey2022",
        dubey2022,
        "doi:10.1016/j.bspc.2021.103098",
        _NEEDLE,
        0.995,
        "unknown",
    ),
    System("forest_dwt", forest_dwt, _OURS, _NEEDLE, None, None),
    System("forest_pooled", forest_pooled, _OURS, _NEEDLE, None, None),
    System("gaso2023", gaso2023, "arXiv:2305.04006", _NEEDLE, 0.99, "window"),
    System(
        "gokgoz2015",
        gokgoz2015,
        "doi:10.1016/j.bspc.2014.12.005",
        _NEEDLE,
        0.9667,
        "window",
    ),
    System(
        "kamali2018",
        kamali2018,
        "doi:10.1109/TBME.2018.2802200",
        _NEEDLE,
        1.0,
        "recording",
    ),
    System(
        "mishra_emd_lssvm",
        mishra_emd_lssvm,
        "doi:10.1049/iet-smt.2016.0208",
        _ALS,
        None,
        None,
    ),
    System(
        "rahman2023_spectroemgnet",
        rahman2023_spectroemgnet,
        "arXiv:2309.10483",
        _NEEDLE,
        0.92,
        "unknown",
    ),
    System("roy2022", roy2022, "doi:10.1504/ijbet.2022.126493", _ALS, 1.0, "unknown"),
    System("samanta2022", samanta2022, "doi:10.1002/ima.22709", _ALS, 0.995, "unknown"),
    System(
        "sengur2017",
        sengur2017,
        "doi:10.1007/s13755-017-0029-6",
        _ALS,
        0.968,
        "unknown",
    ),
    System(
        "subasi2013",
        subasi2013,
        "doi:10.1016/j.compbiomed.2013.01.020",
        _NEEDLE,
        0.9675,
        "window",
    ),
    System("svm_log_spectrum", svm_log_spectrum, _OURS, _NEEDLE, None, None),
    System(
        "tatlidil2025",
        tatlidil2025,
        "doi:10.20883/medical.e1391",
        _NEEDLE,
        MODELS[8].accuracy / 100,
        "window",
    ),
    System(
        "vallejo2017",
        vallejo2017,
        "Vallejo et al., as cited in reviews",
        _NEEDLE,
        None,
        None,
    ),
    System(
        "yaman_subasi_ensembles",
        yaman_subasi_ensembles,
        "doi:10.1155/2019/9152506",
        _NEEDLE,
        0.9908,
        "unknown",
    ),
    System(
        "yoo2022_nemgnet",
        yoo2022_nemgnet,
        "doi:10.1016/j.cmpb.2022.107079",
        _NEEDLE,
        0.83,
        "patient",
    ),
    System(
        "yu2025_cnn", yu2025_cnn, "doi:10.13026/grdj-qx06", _SURFACE, 0.902, "window"
    ),
    System(
        "yu2025_svm", yu2025_svm, "doi:10.13026/grdj-qx06", _SURFACE, 0.785, "window"
    ),
]
