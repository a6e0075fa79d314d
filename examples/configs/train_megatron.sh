#!/bin/bash
# A pre-training launch in the style of Megatron-LM: a weight before each data set. Mixlaw reads the list as it is.

DATA_ROOT=/data/tokenized
DATA_PATH="
  45 ${DATA_ROOT}/web_text_document
  10 ${DATA_ROOT}/wikipedia_text_document
  15 ${DATA_ROOT}/books_text_document
  10 ${DATA_ROOT}/code_text_document
  10 ${DATA_ROOT}/papers_text_document
  10 ${DATA_ROOT}/forums_text_document
"

torchrun --nproc_per_node 8 pretrain_gpt.py \
  --num-layers 12 \
  --hidden-size 768 \
  --num-attention-heads 12 \
  --seq-length 2048 \
  --max-position-embeddings 2048 \
  --global-batch-size 512 \
  --train-iters 9000 \
  --tokenizer-type GPT2BPETokenizer \
  --data-path $DATA_PATH \
  --split 99,1,0
