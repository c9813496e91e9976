/** @file What the server takes and answers, generated from its OpenAPI document by `make wire`. */

/** The act that completes a step: skips that are connected, a setting that is chosen, a training. */
export type Action = {
  text: string;
  /** These skips of the last network, and no others. */
  connect: number[];
  /** At least one skip of these blocks, from the first to the last. */
  among: [number, number] | null;
  /** The accuracy to be reached by the last network on its last 20 batches, trained by the reader. */
  accuracy: number | null;
  /** A control's label and a setting. */
  choose: Record<string, string>;
};

/** How many answered so: a decade, or the number of an option; before the discussion, and last. */
export type AnswerBin = {
  at: number;
  first: number;
  last: number;
};

/** The answer that is kept. */
export type AnswerView = {
  value: number | string | number[];
  sure: number | null;
  turn: number;
};

/** Describe one network completely; docs/architectures.md has the equation and the paper of each field and value. */
export type Architecture = {
  /** Two 3x3 convolutions; 1x1, 3x3, 1x1; or one 3x3 beside a 1x1 and the identity, each with its norm. */
  block: 'basic' | 'bottleneck' | 'repvgg';
  /** Blocks per stage. */
  depths: number[];
  /** Planes per stage; by default stem_width, doubled at each stage. */
  widths: number[];
  /** Which convolution of a bottleneck has the stride. */
  bottleneck_stride: '3x3' | '1x1';
  /** 7x7/2 and max pool; 3x3; three 3x3 and max pool. */
  stem: 'imagenet' | 'cifar' | 'deep';
  /** Channels out of the stem; 64, with the cifar stem 16. */
  stem_width: number;
  /** The shortcut's function (He et al. 2016, Table 1; decayed: Zhang et al. 2024). */
  shortcut: 'identity' | 'constant_scaling' | 'exclusive_gating' | 'shortcut_only_gating' | 'conv1x1' | 'dropout' | 'decayed';
  /** Factor of constant_scaling; the last of decayed; share that dropout keeps. */
  shortcut_scale: number;
  /** Factor on F(x) with constant_scaling. */
  residual_scale: number;
  /** Bias that the gates start from. */
  gate_bias: number;
  /** Shortcuts that change shape: zero padding, 1x1 convolution, 1x1 everywhere. */
  projection: 'A' | 'B' | 'C';
  /** The layer that shrinks the image on a projection shortcut. */
  downsample: 'strided_conv' | 'avg_pool';
  /** The order of norm, activation and addition (He et al. 2016, Table 2). */
  order: 'post_activation' | 'bn_after_addition' | 'relu_before_addition' | 'relu_only_preactivation' | 'pre_activation';
  /** Whether shortcuts are connected: all, none, or one value a block. */
  skips: boolean | boolean[];
  /** Normalisation. */
  norm: 'batch' | 'group' | 'none';
  /** Most groups of a group norm; as many as divide the channels. */
  norm_groups: number;
  /** Activation function. */
  activation: 'relu' | 'leaky_relu' | 'gelu' | 'silu' | 'tanh' | 'sigmoid';
  /** How weights are drawn. */
  init: 'kaiming_normal' | 'xavier_normal' | 'orthogonal' | 'delta_orthogonal' | 'normal';
  /** Standard deviation of init=normal. */
  init_std: number;
  /** The means by which each branch starts small. */
  residual_init: 'none' | 'zero_gamma' | 'skipinit' | 'fixup' | 'layer_scale' | 'depth_scaled';
  /** Groups of a bottleneck's 3x3 (ResNeXt). */
  groups: number;
  /** Channels of a group for 64 planes (ResNeXt, Wide ResNet). */
  width_per_group: number;
  /** Weigh each branch's channels by the whole image. */
  squeeze_excitation: boolean;
  /** Probability that training drops the last block. */
  stochastic_depth: number;
  /** Height and width; 224, with the cifar stem 32. */
  image_size: number;
  /** Channels of the images. */
  in_channels: number;
  /** Logits; 1000, with the cifar stem 10. */
  num_classes: number;
};

/** An alert stands while the ratio has been below `low` or above `high` for `steps` steps or more. */
export type Band = {
  /** The least ratio. */
  low: number;
  /** The largest ratio. */
  high: number;
  /** So many steps outside make an alert. */
  steps: number;
};

/** An answer to predictions whose first handle lies at or above a number; the first that fits is given. */
export type Belief = {
  above: number;
  says: string;
};

/** The names of runs beside each other, in the order of the request. */
export type Beside = {
  /** An empty name where nothing differs. */
  names: string[];
};

/** Quartiles of the logarithms that were drawn at a block. */
export type BlockAnswers = {
  at: number;
  quartiles: number[];
  /** The same of the drawings before the discussion. */
  first: number[];
};

/** One residual unit; `layers` names its layers in order. */
export type BlockView = {
  name: string;
  stage: string;
  index: number;
  skip: boolean;
  shortcut: 'identity' | 'projection' | 'none';
  layers: string[];
  /** [C, H, W], or [features]; without the batch. */
  input_shape: number[];
  /** [C, H, W], or [features]; without the batch. */
  output_shape: number[];
};

/** A change of a run: state, skips, strength, lr, max_rate while it goes on; name, tags, notes at any time. */
export type Change = {
  state?: 'running' | 'paused' | 'stopped' | null;
  /** The network of skips or strength, counted from 0. */
  variant?: number;
  /** One value a block. */
  skips?: boolean[] | null;
  /** One factor a block. */
  strength?: number[] | null;
  lr?: number | null;
  max_rate?: number | null;
  name?: string | null;
  tags?: string[] | null;
  notes?: string | null;
};

/** `change`: something is different from this step on; `variant` is null where it is so for all. */
export type ChangeEvent = {
  step: number;
  variant: number | null;
  changed: Changed;
};

/** A `change` with its number in the stream. */
export type ChangeMessage = {
  id: number;
  type: 'change';
  data: ChangeEvent;
};

/** The changed field: one of these. */
export type Changed = {
  skips?: boolean[] | null;
  strength?: number[] | null;
  lr?: number | null;
};

/** A question with answers. */
export type Choice = {
  question: string;
  options: Option[];
};

/** A sentence that can be measured: a number, read from what the address measures, lies in an interval. */
export type Claim = {
  address: string;
  sentence: string;
  step: number;
  number: 'ratio' | 'block_factor' | 'least_factor' | 'most_factor' | 'least_gain' | 'most_gain' | 'branch_share' | 'output' | 'parameters' | 'macs' | 'additions' | 'block_parameters' | 'block_macs' | 'projections' | 'accuracy' | 'test_accuracy' | 'identity_share' | 'identity_norm' | 'squares' | 'likeness';
  /** From 0; -1 is the last one. */
  network: number;
  blocks: [number, number] | null;
  interval: [number, number];
  seeds: number;
};

export type Column = (WireNumber | null)[];

/** A control of a step: a slider or a list of settings; the first, unless `usual` says another, is the figure's. */
export type Control = {
  label: string;
  kind: 'slider' | 'list';
  settings: Setting[];
  usual: number;
};

/** How the gradient runs from the last block to the first: `factor` in all, over `count` blocks. */
export type Course = {
  /** null where the gradient of `zeros` of the blocks is 0. */
  factor: WireNumber | null;
  count: number;
  unit: 'block' | 'place';
  zeros: number;
  /** The blocks that were measured. */
  places: number;
};

/** A data set; `missing` says why it cannot be had yet, and `remedy` what to do. */
export type DatasetView = {
  name: string;
  title: string;
  num_images: number;
  num_train: number;
  /** Held out for the test accuracy. */
  num_test: number;
  image_size: number;
  /** Usual size by a network's stem. */
  image_sizes: Record<string, number>;
  in_channels: number;
  /** [C, H, W] of an image. */
  shape: number[];
  num_classes: number;
  /** Names, in the order of the labels. */
  classes: string[];
  source: string;
  licence: string;
  missing: string | null;
  remedy: string | null;
  /** Address of a PNG of samples. */
  samples: string | null;
};

/** Describe one network completely; docs/architectures.md has the equation and the paper of each field and value. */
export type Description = {
  /** The preset to which the other fields are differences. */
  preset?: string;
  /** Two 3x3 convolutions; 1x1, 3x3, 1x1; or one 3x3 beside a 1x1 and the identity, each with its norm. */
  block?: 'basic' | 'bottleneck' | 'repvgg';
  /** Blocks per stage. */
  depths?: number[];
  /** Planes per stage; by default stem_width, doubled at each stage. */
  widths?: number[];
  /** Which convolution of a bottleneck has the stride. */
  bottleneck_stride?: '3x3' | '1x1';
  /** 7x7/2 and max pool; 3x3; three 3x3 and max pool. */
  stem?: 'imagenet' | 'cifar' | 'deep';
  /** Channels out of the stem; 64, with the cifar stem 16. */
  stem_width?: number;
  /** The shortcut's function (He et al. 2016, Table 1; decayed: Zhang et al. 2024). */
  shortcut?: 'identity' | 'constant_scaling' | 'exclusive_gating' | 'shortcut_only_gating' | 'conv1x1' | 'dropout' | 'decayed';
  /** Factor of constant_scaling; the last of decayed; share that dropout keeps. */
  shortcut_scale?: number;
  /** Factor on F(x) with constant_scaling. */
  residual_scale?: number;
  /** Bias that the gates start from. */
  gate_bias?: number;
  /** Shortcuts that change shape: zero padding, 1x1 convolution, 1x1 everywhere. */
  projection?: 'A' | 'B' | 'C';
  /** The layer that shrinks the image on a projection shortcut. */
  downsample?: 'strided_conv' | 'avg_pool';
  /** The order of norm, activation and addition (He et al. 2016, Table 2). */
  order?: 'post_activation' | 'bn_after_addition' | 'relu_before_addition' | 'relu_only_preactivation' | 'pre_activation';
  /** Whether shortcuts are connected: all, none, or one value a block. */
  skips?: boolean | boolean[];
  /** Normalisation. */
  norm?: 'batch' | 'group' | 'none';
  /** Most groups of a group norm; as many as divide the channels. */
  norm_groups?: number;
  /** Activation function. */
  activation?: 'relu' | 'leaky_relu' | 'gelu' | 'silu' | 'tanh' | 'sigmoid';
  /** How weights are drawn. */
  init?: 'kaiming_normal' | 'xavier_normal' | 'orthogonal' | 'delta_orthogonal' | 'normal';
  /** Standard deviation of init=normal. */
  init_std?: number;
  /** The means by which each branch starts small. */
  residual_init?: 'none' | 'zero_gamma' | 'skipinit' | 'fixup' | 'layer_scale' | 'depth_scaled';
  /** Groups of a bottleneck's 3x3 (ResNeXt). */
  groups?: number;
  /** Channels of a group for 64 planes (ResNeXt, Wide ResNet). */
  width_per_group?: number;
  /** Weigh each branch's channels by the whole image. */
  squeeze_excitation?: boolean;
  /** Probability that training drops the last block. */
  stochastic_depth?: number;
  /** Height and width; 224, with the cifar stem 32. */
  image_size?: number;
  /** Channels of the images. */
  in_channels?: number;
  /** Logits; 1000, with the cifar stem 10. */
  num_classes?: number;
};

/** All answers together; of a number or a choice in bins, of a profile by block. */
export type Distribution = {
  answered: number;
  /** How many were sure, 4 or 5, and wrong. */
  sure_wrong: number | null;
  bins: AnswerBin[];
  blocks: BlockAnswers[];
  /** Logarithms of numbers: the least, three quartiles, the greatest. */
  quartiles: number[];
};

/** A prediction that is drawn: a handle at each of some blocks, on the axis on which the measurement comes. */
export type Drawing = {
  question: string;
  at: number[];
  /** The handles' first place; the curve itself if it is shown. */
  begin: number;
  beliefs: Belief[];
};

/** A network without a tensor, as a drawing of it needs it: the layers are its nodes, `inputs` its edges. */
export type DrawnView = {
  /** The preset's name; null if it is no preset. */
  name: string | null;
  /** The name for people. */
  label: string;
  architecture: Architecture;
  /** The same as differences from the nearest preset. */
  stated: Record<string, unknown>;
  totals: TotalsView;
  notes: string[];
  /** Stages whose maps are of one pixel; null if there is none. */
  size_note: string | null;
  layers: LayerView[];
  graph: PlacesView;
};

/** An arrow from one layer to the next. */
export type EdgeView = {
  source: string;
  target: string;
  kind: 'trunk' | 'residual' | 'identity' | 'projection';
};

/** One equation in MathML; <mn data-number="ratio"/> is filled with what was measured. */
export type Equation = {
  mathml: string;
  says: string;
};

/** The estimate: seconds on one thread, and the most memory. */
export type EstimateView = {
  seconds: number;
  bytes: number;
};

/** A change of an experiment under way. */
export type ExperimentChange = {
  state: 'running' | 'paused' | 'stopped';
};

/** Some of the experiments, the newest first; `next` is the address of those before, null at the end. */
export type ExperimentPage = {
  total: number;
  offset: number;
  limit: number;
  experiments: ExperimentRow[];
  next: string | null;
};

/** An experiment in a list of them. */
export type ExperimentRow = {
  id: string;
  kind: string;
  /** Names of its networks; empty if its request has none. */
  networks: string[];
  state: 'queued' | 'running' | 'paused' | 'done' | 'stopped' | 'failed' | 'interrupted';
  created: number;
  ended: number | null;
  /** Whether the reader may change it. */
  own: boolean;
};

/** An experiment. `result` and `figure` are the latest, partial ones while it goes on. */
export type ExperimentView = {
  id: string;
  kind: string;
  name: string;
  /** Whether the reader may change it. */
  own: boolean;
  state: 'queued' | 'running' | 'paused' | 'done' | 'stopped' | 'failed' | 'interrupted';
  reason: string | null;
  queue_position: number | null;
  created: number;
  ended: number | null;
  request: Record<string, unknown>;
  progress: ProgressEvent | null;
  result: Record<string, unknown> | null;
  /** A Plotly figure, data and layout; null if there is none. */
  figure: Record<string, unknown> | null;
  last_event: number;
  events: string;
  /** Address of the list of its runs, if it is done as runs. */
  runs: string | null;
};

/** Channels of one image at one place: a row of `pixels` a channel, each line by line, `rows` times `columns`. */
export type FeatureMap = {
  /** Channels, height and width of the whole. */
  shape: number[];
  /** The first of the channels here, 16 at most. */
  first_channel: number;
  /** A pixel is the mean of this many squared; 1 unless a side is over 32. */
  pooled: number;
  rows: number;
  columns: number;
  /** Over the whole batch. */
  rms: WireNumber;
  /** L2 norm over the whole batch. */
  norm: WireNumber;
  /** Over this image, all channels. */
  image_rms: WireNumber;
  /** The largest magnitude in this image, all channels. */
  peak: WireNumber;
  pixels: (WireNumber[])[];
};

/** A field of an architecture or a training that has a control on the page; values or limits as its kind needs. */
export type FieldView = {
  name: string;
  label: string;
  group: string;
  /** Whether beginners see it. */
  basic: boolean;
  of: 'architecture' | 'run';
  kind: 'choice' | 'boolean' | 'integer' | 'number' | 'integers' | 'numbers' | 'text';
  description: string;
  default: boolean | number | string | number[] | null;
  /** Whether it may be null. */
  optional: boolean;
  values?: string[];
  minimum?: number | null;
  maximum?: number | null;
  longest?: number | null;
};

/** A picture of a measurement: its kind, its decades, and the parts of Explore below it. */
export type Figure = {
  address: string;
  show: 'profile' | 'factors' | 'block' | 'layers' | 'columns' | 'table' | 'training' | 'learning' | 'maps' | 'paths';
  /** The lowest decade of the axis. */
  low: number;
  high: number;
  block: number;
  /** Of the batch, from 0; null: the first. */
  image: number | null;
  parts: ('diagram' | 'legend' | 'tools' | 'transport' | 'curves')[];
  /** Of the networks, where their own do not tell them apart. */
  names: string[];
  caption: string;
};

/** A diagnosis in a plain sentence, and the numbers that show it: measure, name and value of each. */
export type Finding = {
  kind: 'gradient' | 'signal' | 'vanishing' | 'exploding' | 'zeros' | 'non_finite' | 'branch_domination' | 'frozen' | 'behind' | 'unmeasured';
  sentence: string;
  step: number;
  evidence: ([string, string, WireNumber])[];
};

/** The first data of Explore; a recording is in files that replay a run, and the lists in pages of a server. */
export type FirstView = {
  descriptions: Description[];
  summaries: DrawnView[];
  probe: ProbeView;
  settings: TrainingSettings;
  presets?: PresetView[];
  datasets?: DatasetView[];
  fields?: FieldView[];
  recording?: RecordingView | null;
};

/** Which network of a run is copied. */
export type Fork = {
  /** Counted from 0. */
  variant?: number;
};

/** The layers as a graph, with the places where it is measured. */
export type GraphView = {
  blocks: BlockView[];
  taps: TapView[];
  weights: string[];
  nodes: LayerView[];
  edges: EdgeView[];
};

/** The line above the diagram. */
export type Headline = {
  measured: Measured;
  /** The differences between the networks; of one, its cut skips. */
  differences: string;
};

/** The recorded events, as the stream sent them. */
export type HistoryView = {
  run: RunAbout;
  schema: SchemaEvent | null;
  changes: ChangeEvent[];
  steps: StepEvent[];
};

/** A room's secrets: they are said once. */
export type HostKeys = {
  secret: string;
  phrase: string;
  link: string;
};

/** A room as its host sees it. */
export type HostView = {
  room: RoomView;
  has_truth: boolean;
  /** Whether the server measures the truth. */
  measured: boolean;
  seats: SeatView[];
  /** The links by which others reach the room; empty if nobody can. */
  links: string[];
};

/** A kind of experiment, and the JSON schema of its request. */
export type KindView = {
  kind: string;
  /** The question that it answers. */
  title: string;
  /** Why the answer matters; empty if the kind does not say. */
  why: string;
  /** The steps of the experiment; empty if the kind does not say. */
  asks: string;
  paper: string;
  schema: Record<string, unknown>;
};

/** The first data of the Lab. */
export type LabFirst = {
  kinds: LabKind[];
  presets: PresetView[];
  datasets: DatasetView[];
  /** Those of networks. */
  fields: FieldView[];
  experiments: ExperimentPage;
};

/** An experiment as the Lab shows it. */
export type LabKind = {
  kind: string;
  /** Its name for people, in a list. */
  name: string;
  /** The question that it answers. */
  title: string;
  why: string;
  asks: string;
  paper: string;
  /** Address of the document that has its method. */
  method: string | null;
  /** Whether skipscope.experiments has a function of its name. */
  in_python: boolean;
  /** The most networks of a request; 0 if it has none. */
  networks: number;
  /** Whether the networks may be those of a run. */
  on_run: boolean;
  /** Whether it takes a picture of the user's. */
  picture: boolean;
  /** About how long the example takes; null if it is refused. */
  seconds: number | null;
  /** The request that it begins with. */
  example: Record<string, unknown>;
  fields: FieldView[];
};

/** The output of one layer of the block. */
export type LayerMap = {
  name: string;
  map: FeatureMap;
};

/** One module of the network, named by its path; `inputs` names the layers that it reads. */
export type LayerView = {
  name: string;
  type: string;
  stage: string;
  block: string | null;
  path: 'trunk' | 'residual' | 'identity' | 'projection';
  inputs: string[];
  /** [C, H, W], or [features]; without the batch. */
  input_shape: number[];
  /** [C, H, W], or [features]; without the batch. */
  output_shape: number[];
  parameters: number;
  macs: number;
  receptive_field: number;
  kernel: number;
  stride: number;
  groups: number;
  bias: boolean;
  activation_bytes: number;
};

/** A gradient ratio outside of its band: since which step, the newest step and its ratio. */
export type LeftBand = {
  since: number;
  step: number;
  ratio: WireNumber;
  /** Whether it has been outside for as many steps as the band allows. */
  is_alert: boolean;
};

/** A chapter in the list of chapters. */
export type LessonRow = {
  slug: string;
  title: string;
  minutes: number;
  hook: string;
  steps: number;
};

/** A step of Learn: its prediction is the question, and its truth is known or measured. */
export type LessonStep = {
  lesson: string;
  step: number;
  /** Of its phases, as those of a task. */
  seconds: Record<string, number>;
};

/** A step of Learn that can be sent as a task; `kind` is that of its question. */
export type LessonTask = {
  lesson: string;
  step: number;
  title: string;
  kind: 'number' | 'choice' | 'profile' | null;
};

/** A chapter of Learn. */
export type LessonView = {
  title: string;
  minutes: number;
  hook: string;
  /** A question on an earlier chapter, asked above the first step. */
  recall: Choice | null;
  steps: StepView[];
  claims: Claim[];
  sources: Source[];
  slug: string;
};

/** One network's block: `cosine` lies between both parts of the gradient at x, over the batch. */
export type MappedVariant = {
  label: string;
  block: string;
  skip: boolean;
  strength: number;
  image: SeenImage;
  maps: Maps;
  /** In the order of execution; empty unless asked for. */
  layers: LayerMap[];
  /** null where a part is missing or zero. */
  cosine: WireNumber | null;
  /** <identity's part, gradient> / |gradient|^2; null where the skip is off or both are zero. */
  identity_share: WireNumber | null;
};

/** A block's maps; docs/measures.md defines them. null: the skip is off, or stochastic depth dropped F. */
export type Maps = {
  x: FeatureMap;
  shortcut: FeatureMap | null;
  branch: FeatureMap | null;
  sum: FeatureMap;
  output: FeatureMap;
  grad_sum: FeatureMap;
  grad_identity: FeatureMap | null;
  grad_branch: FeatureMap | null;
  grad_x: FeatureMap;
};

/** A probe of which one block is looked at, for one image of the batch. */
export type MapsRequest = {
  /** 1 to 4 networks. */
  variants?: Description[];
  dataset?: string;
  /** Upsample to this; null: the data's own, 64 or more with a stem for ImageNet. */
  image_size?: number | null;
  batch_size?: number;
  seed?: number;
  /** The device: cpu, cuda (a GPU), mps (a Mac's); auto: the server's choice. */
  device?: 'auto' | 'cpu' | 'cuda' | 'mps';
  /** For each variant, null or a factor a block on its shortcut. */
  strengths?: (number[] | null)[] | null;
  /** The variants before skips were cut or connected: they go by the names that they had then. */
  born?: Description[] | null;
  /** A block that each network has, as layer1.0. */
  block: string;
  /** Of the batch, from 0. */
  image?: number;
  /** The first of the 16 channels shown, from 0. */
  first_channel?: number;
  /** Whether the output of each layer in the block is shown too. */
  layers?: boolean;
};

/** One block of each network, in one forward and one backward pass. */
export type MapsView = {
  variants: MappedVariant[];
};

/** A sentence on each quantity that the diagram draws, as pieces: texts, numbers, and names of networks. */
export type Measured = {
  gradient_path: Piece[];
  weight_gradient: Piece[];
  activation: Piece[];
  branch_ratio: Piece[];
  dead_units: Piece[];
};

/** A member, as they alone see themselves: their answer to the present question. */
export type MemberView = {
  name: string;
  /** false: the host took them out; they may join again. */
  here: boolean;
  answer: AnswerView | null;
};

/** A member's name, or one that is free. */
export type NameView = {
  name: string;
};

/** The needs of a run: the most memory, by the estimate that decides its admission, the server's limit, and time. */
export type Needs = {
  memory_bytes: number;
  limit_bytes: number;
  /** About, on one thread, without pauses. */
  seconds: number;
};

/** The shortcuts of a network, one value a block: whether it is connected, and the factor on it. */
export type Net = {
  skips: boolean[];
  strength: number[];
};

/** A member's network on the wall: the gradient of its blocks over that of its last. */
export type NetworkDot = {
  address: string;
  label: string;
  depth: number;
  norm: string;
  skips: boolean;
  ratio: number | null;
  profile: (number | null)[];
};

/** The place of a network's name in a sentence: its number among the variants. */
export type NetworkName = {
  network: number;
};

/** An answer. */
export type NewAnswer = {
  value: number | string | number[];
  /** From a guess to certain. */
  sure: number | null;
  /** Counts a member's sends: an older one changes nothing. */
  turn: number;
};

/** An experiment: its kind, and the fields of its kind's request. */
export type NewExperiment = {
  /** One of those that GET /api/experiments lists. */
  kind: string;
  [more: string]: unknown;
};

/** Somebody who joins: a key that they made up and keep, and a name; or who comes back to the seat they have. */
export type NewMember = {
  key: string;
  /** Without one the server gives one of two words. */
  name: string | null;
  /** Only to a seat that this key has; refused where the host took it away. */
  back: boolean;
};

/** Another name; without one the server gives one of two words. */
export type NewName = {
  name: string | null;
};

/** A member's present network, as an address of Explore; it is measured here. */
export type NewNetwork = {
  address: string;
};

/** A run that trains elsewhere: its network in a few words, and the names of its numbers. */
export type NewOutside = {
  /** The network's name, such as its class. */
  label: string;
  /** The machine that sends. */
  host: string;
  /** Its class. */
  optimizer: string;
  parameters: number | null;
  /** The gradient's ratio, first place over last, should stay in it; null: there is no band. */
  band: Band | null;
  /** For people; any text. */
  name: string;
  /** The names that the columns of its records are aligned to. */
  names: OutsideSchema;
};

/** A room to be opened. */
export type NewRoom = {
  title: string;
  /** Whether members may have nicknames of their own. */
  free_names: boolean;
};

/** A training: whether it waits for its first step to be asked for, how fast it goes at most, its name. */
export type NewRun = {
  /** 1 to 4 networks. */
  variants?: Description[];
  dataset?: string;
  /** Upsample to this; null: the data's own, 64 or more with a stem for ImageNet. */
  image_size?: number | null;
  batch_size?: number;
  seed?: number;
  /** The device: cpu, cuda (a GPU), mps (a Mac's); auto: the server's choice. */
  device?: 'auto' | 'cpu' | 'cuda' | 'mps';
  optimizer?: 'sgd' | 'adam' | 'adamw';
  lr?: number;
  momentum?: number;
  nesterov?: boolean;
  weight_decay?: number;
  /** step: /10 at 50 % and 75 %. */
  schedule?: 'constant' | 'step' | 'cosine';
  warmup_steps?: number;
  clip_norm?: number | null;
  label_smoothing?: number;
  precision?: 'float32' | 'bfloat16';
  /** Order of numbers in memory; null: the faster one by our measurements. */
  channels_last?: boolean | null;
  steps?: number;
  record_every?: number;
  /** Steps from test to test; null: an epoch; 0: none. */
  eval_every?: number | null;
  /** Names for the networks; null: their own. */
  labels?: string[] | null;
  /** Id of weights to start from: uploaded ones, or a run that has ended; networks are theirs. */
  weights?: string | null;
  state?: 'running' | 'paused';
  /** Recorded steps a second; 0: as fast as it goes. */
  max_rate?: number;
  /** For people; any text. */
  name?: string;
};

/** A room that was opened. */
export type OpenedRoom = {
  code: string;
  link: string;
  host: HostKeys;
};

/** An answer that can be chosen, and what is said to it: a wrong one is a belief, which is named. */
export type Option = {
  text: string;
  says: string;
  holds: boolean;
  /** The place of the answer on a figure's axis of shares. */
  at: number | null;
};

/** Which gradient the numbers of a step are of; a field that is left out has its default. */
export type OutsideGradient = {
  /** Backward passes that it was accumulated over. */
  passes?: number;
  /** Optimizer steps made with it; 0: it is as backward left it. */
  steps?: number;
  /** Steps that were skipped, since gradients were not finite. */
  skipped?: number;
  /** The scaler's factor that was divided out. */
  scale?: WireNumber | null;
  /** L2 norm of all gradients of weights. */
  norm?: WireNumber | null;
  /** That norm before clipping, if it changed. */
  before?: WireNumber | null;
  /** Processes that train together. */
  processes?: number;
  /** The one whose activations these are. */
  rank?: number;
  /** How gradients of weights come from all processes. */
  shared?: '' | 'averaged' | 'summed';
};

/** A network that trains elsewhere, in a few words. */
export type OutsideRequest = {
  /** The network's name, such as its class. */
  label: string;
  /** The machine that sends. */
  host: string;
  /** Its class. */
  optimizer: string;
  parameters: number | null;
  /** The gradient's ratio, first place over last, should stay in it; null: there is no band. */
  band: Band | null;
};

/** The names that columns are aligned to, as `recorder.schema` has them. */
export type OutsideSchema = {
  taps: string[];
  weights: string[];
  blocks: string[];
  kinds: string[];
  junctions: string[];
};

/** `schema` of a run that trains elsewhere: once, before the first step. */
export type OutsideSchemaEvent = {
  version: number;
  outside: true;
  variants: OutsideSchemaVariant[];
};

/** The one network, with the names of the columns of its `values`. */
export type OutsideSchemaVariant = {
  label: string;
  taps: string[];
  weights: string[];
  blocks: string[];
  /** The class of each tap's module; empty if the sender does not say. */
  kinds: string[];
  /** The kind of each block in words; empty if it is not said. */
  junctions: string[];
};

/** `step` of a run that trains elsewhere; `elapsed` are seconds since its recording began. */
export type OutsideStepEvent = {
  step: number;
  elapsed: number;
  lr: number | null;
  variants: OutsideStepVariant[];
};

/** The one network in a step; `loss` is the logged number of that name. */
export type OutsideStepVariant = {
  loss: WireNumber | null;
  /** The numbers that the caller gave to watch.log. */
  logged: Record<string, WireNumber>;
  dropped: string[];
  /** Places that could not be measured, and why. */
  notes: string[];
  values: Values;
  /** Which gradient it is; null if the sender does not say, as old ones. */
  gradient?: OutsideGradient | null;
  /** The diagnosis. Absent in runs recorded before it was. */
  findings?: Finding[];
};

/** The phrase that recovers the host's secret. */
export type Phrase = {
  phrase: string;
};

export type Piece = string | number | NetworkName;

/** The measured places of a network: its blocks, its taps, and its convolutions and linear layer in order. */
export type PlacesView = {
  blocks: BlockView[];
  taps: TapView[];
  weights: string[];
};

/** A task that waits to be sent. */
export type Prepared = {
  title: string;
  wish: RoomChange;
};

/** A preset in a line; `macs` are multiply-accumulates for one image. */
export type PresetView = {
  name: string;
  /** The name for people. */
  title: string;
  /** Decides the usual image size. */
  stem: string;
  family: string;
  summary: string;
  paper: string;
  parameters: number;
  macs: number;
};

/** One forward and one backward pass of each variant at initialisation, on the first batch. */
export type ProbeRequest = {
  /** 1 to 4 networks. */
  variants?: Description[];
  dataset?: string;
  /** Upsample to this; null: the data's own, 64 or more with a stem for ImageNet. */
  image_size?: number | null;
  batch_size?: number;
  seed?: number;
  /** The device: cpu, cuda (a GPU), mps (a Mac's); auto: the server's choice. */
  device?: 'auto' | 'cpu' | 'cuda' | 'mps';
  /** For each variant, null or a factor a block on its shortcut. */
  strengths?: (number[] | null)[] | null;
  /** The variants before skips were cut or connected: they go by the names that they had then. */
  born?: Description[] | null;
};

/** One forward and one backward pass of each variant. */
export type ProbeView = {
  /** One sentence that compares the networks; null where there is one alone, or an old recording has none. */
  comparison: string | null;
  /** The first images of the batch. Absent in recordings of old runs. */
  batch: SeenBatch | null;
  headline: Headline;
  variants: ProbedVariant[];
};

/** One network at initialisation: names, what was measured, and what theory expects. */
export type ProbedVariant = {
  loss: WireNumber;
  accuracy: WireNumber;
  test_accuracy: WireNumber | null;
  /** Blocks whose F was not computed (stochastic depth). */
  dropped: string[];
  /** The network that was measured. */
  net: Net;
  values: Values;
  findings: Finding[];
  /** The class with the largest logit for each image of `batch`; null where that logit is not finite. Absent in old runs. */
  answers: (number | null)[] | null;
  label: string;
  architecture: Architecture;
  precision: 'float32' | 'bfloat16';
  memory_format: 'contiguous' | 'channels_last';
  /** The device it works on. */
  device: 'cpu' | 'cuda' | 'mps';
  /** The factor on each block's shortcut at the start. */
  strength: number[];
  taps: string[];
  weights: string[];
  blocks: string[];
  /** null in a recording, where a first step stands in for the probe. */
  theory: Theory | null;
  /** null in a recording, where a first step stands in for the probe. */
  course: Course | null;
};

/** Why something was refused (RFC 9457). */
export type ProblemView = {
  type: string;
  title: string;
  status: number;
  detail: string;
  field?: string | null;
  /** As it was given; the beginning as a text if it is long. */
  value?: unknown;
  limit?: string | null;
  remedy?: string | null;
  [more: string]: unknown;
};

/** `progress`: pieces of work that are done, of how many, and about how long the others take. */
export type ProgressEvent = {
  done: number;
  total: number;
  seconds_left: number | null;
};

/** A task: make the figure's network learn with few of these changes. The page checks an answer by training. */
export type Puzzle = {
  text: string;
  /** So many changes are allowed. */
  most: number;
  /** It has learnt with this accuracy on its last 20 batches. */
  accuracy: number;
  changes: Control[];
};

/** A question: `low` and `high` are the decades of its axis, `at` the blocks of a profile. A measured one is about a */
export type Question = {
  kind: 'number' | 'choice' | 'profile';
  text: string;
  options: string[];
  low: number;
  high: number;
  at: number[];
  /** Of a measured profile: so many blocks, evenly, in place of `at`. */
  points: number | null;
  /** The quantity of the axis, in words. */
  axis: string;
  unit: string;
  /** An address of Explore, if the server measures the truth: of its last network, at the block or blocks `at`, `gradient_rms` over that at the last block, `activation_rms` over that at the first, `residual_rms` over that of the shortcut. */
  measured: string;
  quantity: 'gradient_rms' | 'activation_rms' | 'residual_rms';
};

/** The answer to a batch. */
export type Received = {
  /** The latest step that is kept; -1 before the first. */
  step: number;
  /** In done, stopped, failed or interrupted nothing more is accepted. */
  state: 'queued' | 'running' | 'paused' | 'done' | 'stopped' | 'failed' | 'interrupted';
  /** Whether somebody follows the run: then every step is wanted. */
  looking: boolean;
};

/** A run as a file that replays it holds it. */
export type RecordingView = {
  run: RunView;
  summaries: DrawnView[];
  events: (SchemaMessage | StepMessage | ChangeMessage | StatusMessage)[];
};

/** A change that the network did not take, and why; `variant` is null where it was asked of all. */
export type Refused = {
  variant: number | null;
  /** The requested change; empty if an old recording lacks it. */
  changed: Changed;
  detail: string;
};

/** How many seats the host took away at once. */
export type RemovedSeats = {
  removed: number;
};

/** `partial`: the findings so far; the next one replaces it. `result`: all findings. */
export type ResultEvent = {
  result: Record<string, unknown>;
  /** A Plotly figure, data and layout; null if there is none. */
  figure: Record<string, unknown> | null;
};

/** The latest result as one long table, a number a row: with `format=table`, and the same in CSV and Parquet. */
export type ResultTable = {
  columns: string[];
  rows: ((number | string | null)[])[];
};

/** A change of a room. More than one field: a task comes first, then the truth, then the phase. */
export type RoomChange = {
  title: string | null;
  task: Task | null;
  lesson: LessonStep | null;
  truth: number | string | number[] | null;
  phase: 'predict' | 'discuss' | 'predict_again' | 'measure' | 'reveal' | 'explain' | null;
  /** Until the next phase; without it the host goes on. */
  seconds: number | null;
  clock: 'pause' | 'resume' | null;
  /** Seconds more for this phase. */
  extend: number | null;
  /** A page for everybody's screen; empty: none any more. */
  screen: string | null;
  free_names: boolean | null;
  /** Whether nobody else is let in. */
  closed: boolean | null;
};

/** `status`: the room has ended; nothing follows. */
export type RoomEnd = {
  state: 'ended';
  final: true;
};

/** A question as everybody sees it, without its truth. */
export type RoomQuestion = {
  id: number;
  kind: 'number' | 'choice' | 'profile';
  text: string;
  options: string[];
  low: number;
  high: number;
  at: number[];
  /** The quantity of the axis, in words. */
  axis: string;
  unit: string;
  /** The name of the network that is measured. */
  network: string | null;
  /** Its blocks, by stage. */
  stages: number[];
  /** The block at which the quantity is 1 by its definition. */
  known: number | null;
};

/** A run or an experiment that a member started from their seat, as the host sees it. */
export type RoomRun = {
  id: string;
  /** training, or that of an experiment. */
  kind: string;
  seat: number;
  member: string;
  /** false: its member is not in the room any more. */
  here: boolean;
  name: string;
  networks: string[];
  state: 'queued' | 'running' | 'paused' | 'done' | 'stopped' | 'failed' | 'interrupted';
  reason: string | null;
  /** The states that it can be told. */
  possible: string[];
  /** Steps of a training, or pieces of work; null: none yet. */
  done: number | null;
  total: number | null;
  created: number;
  /** Its page. */
  address: string;
};

/** Words of a host to a member's run. */
export type RoomRunChange = {
  state: 'running' | 'paused' | 'stopped';
};

/** A task as everybody sees it. */
export type RoomTask = {
  number: number;
  title: string;
  text: string;
  address: string | null;
};

/** The public state of a room; the truth and the answers are in it from the phase `reveal` on. */
export type RoomView = {
  code: string;
  title: string;
  revision: number;
  /** The server's clock, in seconds since 1970. */
  now: number;
  expires: number;
  phase: 'wait' | 'predict' | 'discuss' | 'predict_again' | 'measure' | 'reveal' | 'explain';
  ends: number | null;
  /** Seconds of a clock that is paused. */
  remaining: number | null;
  free_names: boolean;
  /** Whether nobody else is let in. */
  closed: boolean;
  /** Rises when the host takes somebody out; members ask then for their own state. */
  removals: number;
  members: number;
  answered: number;
  /** Whether the answers to this question were shown: none is taken more. */
  revealed: boolean;
  /** Whether answers are taken. */
  open: boolean;
  task: RoomTask | null;
  question: RoomQuestion | null;
  screen: string | null;
  truth: number | string | number[] | null;
  /** The measured value of every block, where a profile is measured. */
  profile: (number | null)[] | null;
  distribution: Distribution | null;
};

/** People's words on a run. */
export type RunAbout = {
  id: string;
  name: string;
  tags: string[];
  notes: string;
};

/** A run in a few numbers, at about 48 of its steps and at the last one; accuracy is that of the batch. */
export type RunDigest = {
  steps: number[];
  test_step: number | null;
  variants: VariantDigest[];
  /** Of runs that train elsewhere; null while inside. */
  left: LeftBand | null;
};

/** Some of the runs, the newest first; `next` is the address of those before, null at the end. */
export type RunPage = {
  total: number;
  offset: number;
  limit: number;
  runs: RunView[];
  next: string | null;
};

/** A run. `created` and `ended` are seconds since 1970; `events` is the address of its stream. */
export type RunView = {
  id: string;
  name: string;
  tags: string[];
  notes: string;
  /** Whether you may change it: you started it, or may change all. */
  own: boolean;
  state: 'queued' | 'running' | 'paused' | 'done' | 'stopped' | 'failed' | 'interrupted';
  reason: string | null;
  queue_position: number | null;
  /** About how long until it starts; null if it does not wait. */
  queue_seconds: number | null;
  created: number;
  ended: number | null;
  /** Steps that were recorded until now. */
  recorded: number;
  /** Number of the latest event. */
  last_event: number;
  /** null of a run that trains elsewhere. */
  request: TrainingRequest | null;
  /** The network of a run that trains elsewhere. */
  outside: OutsideRequest | null;
  digest: RunDigest | null;
  /** null until the run is done or stopped, and if it ended otherwise. */
  weights: WeightsView | null;
  /** Id of the experiment that it is a part of, if it is. */
  experiment: string | null;
  events: string;
  history: string;
};

/** `schema`: once, before the first step. */
export type SchemaEvent = {
  /** Of the form of all events of the run. */
  version: number;
  variants: SchemaVariant[];
};

/** A `schema` with its number in the stream. */
export type SchemaMessage = {
  id: number;
  type: 'schema';
  data: SchemaEvent;
};

/** One network, with the names of the columns of its `values`. A block's output is the tap of the block's name. */
export type SchemaVariant = {
  label: string;
  architecture: Architecture;
  precision: 'float32' | 'bfloat16';
  memory_format: 'contiguous' | 'channels_last';
  /** The device it works on. */
  device: 'cpu' | 'cuda' | 'mps';
  /** The factor on each block's shortcut at the start. */
  strength: number[];
  taps: string[];
  weights: string[];
  blocks: string[];
};

/** A member, as the host sees them. */
export type SeatView = {
  seat: number;
  name: string;
  answered: boolean;
  /** Whether nothing was ever done from here: no answer, network or run. */
  silent: boolean;
  network: NetworkDot | null;
};

/** A new secret for the host. */
export type SecretView = {
  secret: string;
  link: string;
};

/** The first images of a batch, at most 64: their numbers in the data set, counted from 0, and their classes. */
export type SeenBatch = {
  images: number[];
  /** Numbers of the data set's `classes`. */
  labels: number[];
};

/** The image, as the network sees it, with its class and the network's answer. */
export type SeenImage = {
  index: number;
  label: number;
  predicted: number;
  map: FeatureMap;
};

/** A value that a control sets: fields of every network of the step, and settings of their training. */
export type Setting = {
  text: string;
  fields: Record<string, string | number | boolean | number[]>;
  training: Record<string, string | number | boolean>;
};

/** A paper or a page. */
export type Source = {
  text: string;
  url: string;
};

/** An experiment that was started. */
export type StartedView = {
  id: string;
  kind: string;
  estimate: EstimateView;
  events: string;
};

/** `status`: another state or place in the queue; the last event of all is one with `final`. */
export type StatusEvent = {
  state: 'queued' | 'running' | 'paused' | 'done' | 'stopped' | 'failed' | 'interrupted';
  reason: string | null;
  queue_position: number | null;
  /** About how long until it starts; left out if it does not wait. */
  queue_seconds?: number | null;
  /** True on the last event; left out on all others. */
  final?: boolean;
  /** The reason of a refused change; left out if nothing was refused. */
  refused?: Refused | null;
};

/** A `status` with its number in the stream. */
export type StatusMessage = {
  id: number;
  type: 'status';
  data: StatusEvent;
};

/** `step`: one recorded step of all variants; `elapsed` are seconds of training. */
export type StepEvent = {
  step: number;
  epoch: number;
  elapsed: number;
  lr: number;
  precision: 'float32' | 'bfloat16';
  /** One sentence that compares the networks; null where there is one alone, or an old recording has none. */
  comparison: string | null;
  /** Its first images. Absent in old runs. */
  batch: SeenBatch | null;
  headline: Headline;
  variants: StepVariant[];
};

/** A `step` with its number in the stream. */
export type StepMessage = {
  id: number;
  type: 'step';
  data: StepEvent;
};

/** A step's text as HTML: before its figure is uncovered, and after. */
export type StepText = {
  before: string;
  after: string;
};

/** One network in a step; `loss` and `accuracy` are the batch's, `test_accuracy` is null if it was not due. */
export type StepVariant = {
  loss: WireNumber;
  accuracy: WireNumber;
  test_accuracy: WireNumber | null;
  /** Blocks whose F was not computed (stochastic depth). */
  dropped: string[];
  /** The network that was measured. */
  net: Net;
  values: Values;
  findings: Finding[];
  /** The class with the largest logit for each image of `batch`; null where that logit is not finite. Absent in old runs. */
  answers: (number | null)[] | null;
};

/** A step of a chapter, with its text. */
export type StepView = {
  title: string;
  figure: Figure;
  /** false: the figure is shown, and the action's effect is predicted. */
  covered: boolean;
  draw: Drawing | null;
  choose: Choice | null;
  controls: Control[];
  /** The number that is listed of the settings that were tried. */
  tried: 'ratio' | 'block_factor' | 'least_factor' | 'most_factor' | 'least_gain' | 'most_gain' | 'branch_share' | 'output' | 'parameters' | 'macs' | 'additions' | 'block_parameters' | 'block_macs' | 'projections' | 'accuracy' | 'test_accuracy' | 'identity_share' | 'identity_norm' | 'squares' | 'likeness';
  action: Action | null;
  puzzle: Puzzle | null;
  seen: Choice | null;
  equation: Equation | null;
  transfer: Transfer | null;
  text: StepText;
};

/** The same with the networks: architectures, as they are built. */
export type StoredWeights = {
  id: string;
  source: 'run' | 'upload';
  /** That people gave; empty if they gave a run none. */
  name: string;
  networks: string[];
  bytes: number;
  created: number;
  /** Whether the reader may delete it. */
  own: boolean;
  variants: (Record<string, unknown>)[];
};

/** A network without a tensor: its description, totals, layers and graph. */
export type SummaryView = {
  /** The preset's name; null if it is no preset. */
  name: string | null;
  /** The name for people. */
  label: string;
  architecture: Architecture;
  /** The same as differences from the nearest preset. */
  stated: Record<string, unknown>;
  totals: TotalsView;
  notes: string[];
  /** Stages whose maps are of one pixel; null if there is none. */
  size_note: string | null;
  layers: LayerView[];
  graph: GraphView;
};

/** The columns that were named: a row a step. */
export type TableView = {
  run: RunAbout;
  columns: string[];
  rows: ((number | string | null)[])[];
};

/** A tensor that is measured: the output of `module`. */
export type TapView = {
  name: string;
  module: string;
  kind: string;
  block: string | null;
  /** Whether an activation function made it. */
  activation: boolean;
};

/** A task: a page of this server, a sentence, a question, and the seconds of its phases; each but the title may */
export type Task = {
  title: string;
  text: string;
  address: string | null;
  question: Question | null;
  seconds: Record<string, number>;
  /** The right answer, if the host knows it beforehand. */
  truth: number | string | number[] | null;
};

/** The list, in its order. */
export type TaskList = Prepared[];

/** The values that mean-field theory expects at each tap; or the reason why there are none. */
export type Theory = {
  activation_rms: Column;
  gradient_rms: Column;
  reason: string | null;
};

/** Size and cost of a whole network. Bytes are those of float32; `activation_bytes` are one image's. */
export type TotalsView = {
  parameters: number;
  macs: number;
  /** Weighted layers on the main path. */
  depth: number;
  blocks: number;
  /** 2 to the number of connected skips; a string, for it may be long. */
  paths: string;
  activation_bytes: number;
  parameter_bytes: number;
  /** Of the last block's output, in pixels. */
  receptive_field: number;
};

/** One training of all variants in lockstep, on the same batches. */
export type TrainingRequest = {
  /** 1 to 4 networks. */
  variants: Architecture[];
  dataset: string;
  /** Upsample to this; null: the data's own, 64 or more with a stem for ImageNet. */
  image_size: number | null;
  batch_size: number;
  seed: number;
  /** The device: cpu, cuda (a GPU), mps (a Mac's); auto: the server's choice. */
  device: 'auto' | 'cpu' | 'cuda' | 'mps';
  optimizer: 'sgd' | 'adam' | 'adamw';
  lr: number;
  momentum: number;
  nesterov: boolean;
  weight_decay: number;
  /** step: /10 at 50 % and 75 %. */
  schedule: 'constant' | 'step' | 'cosine';
  warmup_steps: number;
  clip_norm: number | null;
  label_smoothing: number;
  precision: 'float32' | 'bfloat16';
  /** Order of numbers in memory; null: the faster one by our measurements. */
  channels_last: boolean | null;
  steps: number;
  record_every: number;
  /** Steps from test to test; null: an epoch; 0: none. */
  eval_every: number | null;
  /** Names for the networks; null: their own. */
  labels: string[] | null;
  /** Id of weights to start from: uploaded ones, or a run that has ended; networks are theirs. */
  weights: string | null;
};

/** A training without its networks. */
export type TrainingSettings = {
  dataset: string;
  /** Upsample to this; null: the data's own, 64 or more with a stem for ImageNet. */
  image_size: number | null;
  batch_size: number;
  seed: number;
  /** The device: cpu, cuda (a GPU), mps (a Mac's); auto: the server's choice. */
  device: 'auto' | 'cpu' | 'cuda' | 'mps';
  optimizer: 'sgd' | 'adam' | 'adamw';
  lr: number;
  momentum: number;
  nesterov: boolean;
  weight_decay: number;
  /** step: /10 at 50 % and 75 %. */
  schedule: 'constant' | 'step' | 'cosine';
  warmup_steps: number;
  clip_norm: number | null;
  label_smoothing: number;
  precision: 'float32' | 'bfloat16';
  /** Order of numbers in memory; null: the faster one by our measurements. */
  channels_last: boolean | null;
  steps: number;
  record_every: number;
  /** Steps from test to test; null: an epoch; 0: none. */
  eval_every: number | null;
};

/** A question about another network, of which a number is measured when it is answered. */
export type Transfer = {
  question: string;
  options: Option[];
  address: string;
  number: 'ratio' | 'block_factor' | 'least_factor' | 'most_factor' | 'least_gain' | 'most_gain' | 'branch_share' | 'output' | 'parameters' | 'macs' | 'additions' | 'block_parameters' | 'block_macs' | 'projections' | 'accuracy' | 'test_accuracy' | 'identity_share' | 'identity_norm' | 'squares' | 'likeness';
  /** Of a number of one block's maps, from 1. */
  block: number | null;
};

/** A column a measure; null is what does not apply. docs/measures.md defines them. */
export type Values = {
  /** One a tap. */
  activation_rms: Column;
  /** One a tap. */
  gradient_rms: Column;
  /** One a tap. */
  zero_fraction: Column;
  /** One a tap: elements that are NaN or infinite. */
  nonfinite: (number | null)[];
  /** One a tap: units that are zero for every image at every position. Absent in old runs. */
  dead_units: (number | null)[] | null;
  /** One a weight. */
  weight_gradient_norm: Column;
  /** One a weight; null in a probe, which makes no update. */
  update_ratio: Column;
  /** One a block. */
  residual_rms: Column;
  /** One a block. */
  identity_rms: Column;
  /** One a block. */
  residual_gradient_norm: Column;
  /** One a block. */
  identity_gradient_norm: Column;
  /** One a block, absent in old runs: the cosine of F(x) and -dL/dx. */
  descent_cosine: Column | null;
  /** One a block, absent in old runs: the cosine of F(x) and the next block's F. */
  successive_cosine: Column | null;
};

/** One variant of a run over its steps; the ratio is gradient_rms at the first block over that at the last. */
export type VariantDigest = {
  label: string;
  /** null where a run that trains elsewhere logged none. */
  loss: Column;
  /** null where a run that trains elsewhere logged none. */
  accuracy: Column;
  /** null if the last block receives a gradient of exactly 0. */
  gradient_ratio: Column;
  /** On the images held out, at test_step; null before the first test. */
  test_accuracy: WireNumber | null;
};

/** Some of the weights, the newest first; `next` is the address of those before, null at the end. */
export type WeightsPage = {
  total: number;
  offset: number;
  limit: number;
  weights: WeightsRow[];
  next: string | null;
};

/** Weights to start from: a `run`'s, with all its networks, or an `upload`, of one network. */
export type WeightsRow = {
  id: string;
  source: 'run' | 'upload';
  /** That people gave; empty if they gave a run none. */
  name: string;
  networks: string[];
  bytes: number;
  created: number;
  /** Whether the reader may delete it. */
  own: boolean;
};

/** The final weights of a run's networks, at `address`; 0 `bytes` if they are not kept, for the reason in `note`. */
export type WeightsView = {
  bytes: number;
  note: string | null;
  address: string | null;
};

export type WireNumber = number | 'nan' | 'inf' | '-inf';
