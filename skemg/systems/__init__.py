"""Whole systems as plain pipelines, with the values of their sources."""

from ._clinical_features import clinical_features
from ._dubey2022 import dubey2022
from ._forest_dwt import forest_dwt
from ._forest_pooled import forest_pooled
from ._gaso2023 import gaso2023
from ._gokgoz2015 import gokgoz2015
from ._kamali2018 import kamali2018
from ._list_systems import list_systems
from ._mishra_emd_lssvm import mishra_emd_lssvm
from ._rahman2023_spectroemgnet import rahman2023_spectroemgnet
from ._roy2022 import roy2022
from ._samanta2022 import samanta2022
from ._sengur2017 import sengur2017
from ._subasi2013 import subasi2013
from ._svm_log_spectrum import svm_log_spectrum
from ._tatlidil2025 import tatlidil2025
from ._vallejo2017 import vallejo2017
from ._yaman_subasi_ensembles import yaman_subasi_ensembles
from ._yoo2022_nemgnet import yoo2022_nemgnet
from ._yu2025_cnn import yu2025_cnn
from ._yu2025_svm import yu2025_svm

__all__ = [
    "clinical_features",
    "dubey2022",
    "forest_dwt",
    "forest_pooled",
    "gaso2023",
    "gokgoz2015",
    "kamali2018",
    "list_systems",
    "mishra_emd_lssvm",
    "rahman2023_spectroemgnet",
    "roy2022",
    "samanta2022",
    "sengur2017",
    "subasi2013",
    "svm_log_spectrum",
    "tatlidil2025",
    "vallejo2017",
    "yaman_subasi_ensembles",
    "yoo2022_nemgnet",
    "yu2025_cnn",
    "yu2025_svm",
]
