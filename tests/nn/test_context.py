"""Seeds, threads and CUDA settings are what they were before."""

import joblib
import pytest
import torch

from skemg.nn._context import arithmetic, one_thread_in_workers, private_seed


def test_draws_inside_follow_the_seed_and_leave_no_trace():
    before = torch.get_rng_state()
    drawn = []
    for seed in (0, 0, 1):
        with private_seed(seed, "cpu"):
            drawn.append(torch.rand(1).item())
    assert drawn[0] == drawn[1] != drawn[2]
    assert torch.equal(torch.get_rng_state(), before)


def test_the_generator_is_restored_after_an_error():
    before = torch.get_rng_state()
    with pytest.raises(KeyError), private_seed(0, "cpu"):
        raise KeyError
    assert torch.equal(torch.get_rng_state(), before)


def threads_in_and_after():
    torch.set_num_threads(2)
    with one_thread_in_workers():
        inside = torch.get_num_threads()
    return inside, torch.get_num_threads()


def test_a_worker_of_joblib_trains_on_one_thread_and_this_process_on_its_own():
    in_workers = joblib.Parallel(n_jobs=2)(
        [joblib.delayed(threads_in_and_after)() for _ in range(2)]
    )
    assert in_workers == [(1, 2), (1, 2)]
    assert threads_in_and_after() == (2, 2)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
@pytest.mark.parametrize("precision, allowed", [("float32", False), ("tf32", True)])
def test_rounding_on_cuda_is_set_inside_and_restored(precision, allowed):
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    with arithmetic("cuda", precision):
        assert torch.backends.cudnn.allow_tf32 == allowed
        assert torch.backends.cudnn.deterministic
    after = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    assert after == before
