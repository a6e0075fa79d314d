"""A mixture in Python, in the style of Hugging Face datasets, which stops unless the probabilities sum to 1."""

from datasets import interleave_datasets, load_dataset


def stream(name):
    return load_dataset("json", data_files=f"data/{name}.jsonl", split="train", streaming=True)


web = stream("web")
wikipedia = stream("wikipedia")
books = stream("books")
code = stream("code")
papers = stream("papers")
forums = stream("forums")

training_data = interleave_datasets(
    [web, wikipedia, books, code, papers, forums],
    probabilities=[0.55, 0.10, 0.10, 0.10, 0.05, 0.15],  # 0.05 too much
    seed=42,
)
