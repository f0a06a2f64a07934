"""What a model file may hold, beyond what skops itself knows to be harmless.

The lists are frozen: tests compare the first with the public estimators and refuse
anything in the others that could run, read, write or import. A class comes in by a
decision, never because a file asks for it.
"""

ESTIMATORS = (
    "skemg.augmentation._amplitude.AmplitudeAugmenter",
    "skemg.augmentation._noise.NoiseAugmenter",
    "skemg.augmentation._polarity.PolarityAugmenter",
    "skemg.augmentation._shift.ShiftAugmenter",
    "skemg.classifiers._bag_vocabulary.BagVocabularyClassifier",
    "skemg.classifiers._lssvc.LSSVC",
    "skemg.classifiers._mi_svc.MISVC",
    "skemg.classifiers._rotation_forest.RotationForestClassifier",
    "skemg.clinical._interference_pattern.InterferencePattern",
    "skemg.clinical._spontaneous_activity.SpontaneousActivity",
    "skemg.decision._patient_calibrated.PatientCalibratedClassifier",
    "skemg.decision._patient_conformal.PatientConformalClassifier",
    "skemg.decision._patient_voting.PatientVotingClassifier",
    "skemg.decision._referring.ReferringClassifier",
    "skemg.features._delta.DeltaFeatures",
    "skemg.features._dwt.DWTFeatures",
    "skemg.features._emd.EMDFeatures",
    "skemg.features._entropy.EntropyFeatures",
    "skemg.features._hilbert.HilbertFeatures",
    "skemg.features._log_spectrum.LogSpectrum",
    "skemg.features._mel_spectrogram.MelSpectrogram",
    "skemg.features._scalogram.Scalogram",
    "skemg.features._spectral.SpectralFeatures",
    "skemg.features._spectrogram.Spectrogram",
    "skemg.features._stockwell.Stockwell",
    "skemg.features._teager.TeagerFeatures",
    "skemg.features._time_domain.TimeDomainFeatures",
    "skemg.features._wavelet_packet.WaveletPacketFeatures",
    "skemg.features._wigner_ville.SmoothedPseudoWignerVille",
    "skemg.nn._attention_pooling.AttentionPoolingClassifier",
    "skemg.nn._cnn_gru.CNNGRUClassifier",
    "skemg.nn._conv_denoiser.ConvDenoiser",
    "skemg.nn._dense.DenseClassifier",
    "skemg.nn._image_cnn.ImageCNNClassifier",
    "skemg.nn._joint_denoising.JointDenoisingClassifier",
    "skemg.nn._light_cnn.LightCNNClassifier",
    "skemg.nn._residual_cnn.ResidualCNNClassifier",
    "skemg.nn._spectro_emg_net.SpectroEMGNetClassifier",
    "skemg.preprocessing._amplitude_scaler.AmplitudeScaler",
    "skemg.preprocessing._bandpass.Bandpass",
    "skemg.preprocessing._emd_denoiser.EMDDenoiser",
    "skemg.preprocessing._multiscale_pca.MultiscalePCA",
    "skemg.preprocessing._notch.Notch",
    "skemg.preprocessing._peak_preserving_downsampler.PeakPreservingDownsampler",
    "skemg.preprocessing._resampler.Resampler",
    "skemg.preprocessing._wavelet_denoiser.WaveletDenoiser",
    "skemg.quality._activity_classifier.ActivityClassifier",
    "skemg.windowing._pooling.WindowPooling",
    "skemg.windowing._selector.WindowSelector",
    "skemg.windowing._voting.WindowVotingClassifier",
    "skemg.windowing._windower.Windower",
)

PARTS = (
    "skemg.decision._patient_calibrated._Evidence",
    "skemg.systems._roy2022.envelopes_of_bands",
    "skemg.systems._samanta2022.statistics_over_time",
    "skemg.utils._windowwise.Layout",
)

OF_LIBRARIES = (
    "numpy.dtype",
    "scipy.sparse._csr.csr_array",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.feature_selection._mutual_info.mutual_info_classif",
    "sklearn.feature_selection._univariate_selection.f_classif",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
)

TRUSTED = (*ESTIMATORS, *PARTS, *OF_LIBRARIES)
