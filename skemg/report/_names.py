"""Measures in words, as the sections call them, with their units."""

QUANTITIES = {
    "sfreq_hz": ("Sampling rate", "Hz"),
    "duration_s": ("Duration", "s"),
    "rms": ("Root mean square", "µV"),
    "peak_to_peak": ("Peak-to-peak amplitude", "µV"),
}
AS_RECORDED = "Measured on the recording as it is, without the filters of the model."
MOTOR_UNITS = {
    "n_units": ("Motor units found", ""),
    "muap_duration_ms_mean": ("Mean duration", "ms"),
    "muap_amplitude_uv_mean": ("Mean amplitude", "µV"),
    "muap_size_index_mean": ("Mean size index", ""),
    "muap_phases_mean": ("Mean number of phases", ""),
    "muap_turns_mean": ("Mean number of turns", ""),
    "polyphasia_share": ("Share with more than 4 phases", ""),
    "firing_rate_hz_mean": ("Mean firing rate", "1/s"),
    "recruitment_ratio_hz": ("Recruitment ratio", "1/s"),
}
INTERFERENCE = {
    "ip_turns_per_s": ("Turns", "1/s"),
    "ip_turn_amplitude_uv": ("Mean amplitude of the turns", "µV"),
    "ip_turns_by_amplitude_per_s_uv": ("Turns / amplitude", "1/(s µV)"),
    "ip_small_segments_per_s": ("Small segments", "1/s"),
    "ip_activity_share": ("Activity", "share of the time"),
    "ip_envelope_uv": ("Envelope", "µV"),
    "ip_peak_ratio_per_s_uv": ("Peak ratio", "1/(s µV)"),
}
