"""A mixture in Python, in the style of Hugging Face datasets, which stops unless the probabilities sum to 1."""

from datasets import interleave_datasets, load_dataset


def stream(name):
    return load_dataset("text", data_files=f"data/{name}.txt", split="train", streaming=True)


speeches = stream("speeches")
compiler = stream("compiler")
documentation = stream("documentation")
messages = stream("messages")
declarations = stream("declarations")
novel = stream("novel")

training_data = interleave_datasets(
    [speeches, compiler, documentation, messages, declarations, novel],
    probabilities=[0.55, 0.10, 0.10, 0.10, 0.05, 0.15],  # 0.05 too much
    seed=42,
)
