"""The chapters, in order.  A slug is a number and the name of a module."""

TITLES = {
    "01_foundations": "Mathematical Foundations",
    "02_linear_algebra": "Linear Algebra Basics",
    "03_decompositions": "Advanced Linear Algebra",
    "04_calculus": "Calculus Fundamentals",
    "05_multivariate_calculus": "Multivariate Calculus",
    "06_probability": "Probability Theory",
    "07_statistics": "Statistics",
    "08_optimization": "Optimization",
    "09_information_theory": "Information Theory",
    "10_numerical_methods": "Numerical Methods",
    "11_graph_theory": "Graph Theory",
    "12_functional_analysis": "Functional Analysis",
    "13_machine_learning": "ML-Specific Math",
    "14_neural_networks": "Math for Specific Models",
    "15_transformers": "Transformers",
    "16_language_models": "Language Models",
    "17_llm_training": "Training LLMs",
    "18_llm_inference": "LLM Inference",
    "19_fine_tuning": "Fine-Tuning and Quantisation",
    "20_reinforcement_learning": "Reinforcement Learning",
    "21_alignment": "Alignment",
    "22_generative_models": "Generative Models",
    "23_retrieval": "Retrieval and RAG",
    "24_agents": "Agents and Context",
    "25_evaluation": "Evaluation and Generalisation",
}
SLUGS = list(TITLES)


def find_slug(text):
    """Return the slug that a number, module name or slug means.

    Examples
    --------
    >>> find_slug("2"), find_slug("transformers")
    ('02_linear_algebra', '15_transformers')
    """
    text = str(text)
    for slug in SLUGS:
        number, _, module = slug.partition("_")
        if text in (slug, module) or text.zfill(2) == number:
            return slug
    raise ValueError(
        f"no chapter {text!r}: give a number (1 to {len(SLUGS)}), a module's"
        " name or a slug such as 02_linear_algebra"
    )


def module_of(slug):
    """Return the module's name of a slug.

    Examples
    --------
    >>> module_of("02_linear_algebra")
    'linear_algebra'
    """
    return slug.partition("_")[2]
