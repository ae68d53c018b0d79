//! Adapters of the PEFT library beside the checkpoint that they change: `adapter_config.json` and
//! `adapter_model.safetensors` (or `.bin`).
//!
//! Reference: `peft` 0.17, `tuners/lora/layer.py`, `tuners/ia3/layer.py`, `utils/save_and_load.py`. The weights are merged as
//! they are read, so a model with an adapter costs what the model costs:
//!
//! | kind | weight `W [n, k]` becomes |
//! |---|---|
//! | LoRA | `W + s · B A`, with `A [r, k]`, `B [n, r]`; `s = alpha / r`, or `alpha / √r` (rsLoRA) |
//! | LoRA of an embedding | `W + s · (B A)ᵀ`, with `A [r, n]`, `B [k, r]` |
//! | DoRA | the same, each row scaled to the length that `lora_magnitude_vector [n]` says |
//! | IA³ | rows times `ia3_l [n, 1]`, the bias too; of a feed-forward layer columns times `ia3_l [1, k]` |
//! | `bias`, `modules_to_save`, saved embeddings | the tensor of the adapter |
//!
//! `alpha_pattern` gives single layers an alpha of their own; their rank is that of their matrices. All layers of the
//! models here are plain linear layers, for which PEFT does not use `fan_in_fan_out`.
//!
//! | file | what it holds |
//! |---|---|
//! | `config` | `adapter_config.json` |
//! | `pattern` | the keys of `alpha_pattern` |
//! | `target` | names in the adapter → what they do to which tensor |
//! | `change` | changed numbers |
//! | `merged` | a source whose tensors are changed as they are read |

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod change;
mod config;
mod merged;
mod pattern;
mod target;

pub(super) use config::AdapterConfig;
pub(super) use merged::Merged;
pub(super) use target::is_adapter_tensor;
