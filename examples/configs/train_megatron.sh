#!/bin/bash
# A launch in the style of Megatron-LM: a weight before each data set. A byte-level model of 80 thousand parameters on 2.5 million
# bytes, about 20 times the compute of the largest proxy. Mixlaw reads the list, the model size and the tokens as they are.

DATA_ROOT=/data/bytes
DATA_PATH="
  45 ${DATA_ROOT}/speeches_text_document
  20 ${DATA_ROOT}/compiler_text_document
  10 ${DATA_ROOT}/documentation_text_document
  10 ${DATA_ROOT}/messages_text_document
  10 ${DATA_ROOT}/declarations_text_document
  5 ${DATA_ROOT}/novel_text_document
"

torchrun --nproc_per_node 1 pretrain_gpt.py \
  --num-layers 2 \
  --hidden-size 48 \
  --num-attention-heads 4 \
  --seq-length 256 \
  --max-position-embeddings 256 \
  --global-batch-size 16 \
  --train-iters 600 \
  --vocab-size 256 \
  --untie-embeddings-and-output-weights \
  --data-path $DATA_PATH \
  --split 99,1,0
