# Values of every measure by R, from answers.csv beside this script: Rscript tests/reference/make.R
#
# Where an R package offers a measure, the package computes it. Elsewhere the number is computed from the
# rows in base R, without the states that our own code goes through. Where a package differs from our
# definition, a comment at the call says so.

suppressPackageStartupMessages({
  library(multilevel)
  library(lme4)
})
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
answers <- read.csv(file.path(folder, "answers.csv"))
answers$trust5 <- 7 - answers$trust5  # reversed item, recoded
topics <- list(
  trust = list(items = paste0("trust", 1:5), m = 6),
  practice = list(items = paste0("practice", 1:4), m = 5)
)
schools <- sort(unique(answers$school))
invited <- tapply(answers$invited, answers$school, unique)

score <- function(topic) {
  table <- answers[topic$items]
  ifelse(rowSums(!is.na(table)) >= length(topic$items) / 2, rowMeans(table, na.rm = TRUE), NA)
}
scored <- lapply(topics, function(topic) {
  table <- data.frame(school = answers$school, score = score(topic))
  table[!is.na(table$score), ]
})
by_topic <- function(values) sapply(names(topics), values, simplify = FALSE)
by_school <- function(values) sapply(schools, values, simplify = FALSE)
scores_of <- function(name, at) scored[[name]]$score[scored[[name]]$school == at]
complete_of <- function(name) na.omit(answers[c("school", topics[[name]]$items)])
bounds_of <- function(x) list(value = x[[1]], low = x[[2]], high = x[[3]])
per_topic_school <- function(values) by_topic(function(name) by_school(function(s) values(name, s)))

# Descriptives

mean_t <- function(name, school) {
  test <- t.test(scores_of(name, school))
  list(value = test$estimate[[1]], low = test$conf.int[1], high = test$conf.int[2], se = test$stderr)
}
mean_fpc <- function(name, school) {
  x <- scores_of(name, school)
  se <- sqrt((1 - length(x) / invited[[school]]) * var(x) / length(x))
  limits <- mean(x) + c(-1, 1) * qt(.975, length(x) - 1) * se
  list(value = mean(x), low = limits[1], high = limits[2], se = se)
}
raw <- function(item, school) na.omit(answers[answers$school == school, item])

# Percent favorable

hypergeometric <- function(x, n, size) {
  k <- x:(size - (n - x))
  low <- k[phyper(x - 1, k, size - k, n, lower.tail = FALSE) > .025]
  high <- k[phyper(x, k, size - k, n) > .025]
  list(value = x / n, low = min(low) / size, high = max(high) / size)
}
favorable <- function(name, school, limits) {
  sapply(topics[[name]]$items, simplify = FALSE, function(item) {
    x <- raw(item, school)
    limits(sum(x > (topics[[name]]$m + 1) / 2), length(x), invited[[school]])
  })
}
wilson <- function(x, n, size) {
  test <- suppressWarnings(prop.test(x, n, correct = FALSE))
  list(value = x / n, low = test$conf.int[1], high = test$conf.int[2])
}

# Reliability

alpha_of <- function(name) {
  table <- complete_of(name)[-1]
  alpha <- suppressWarnings(psych::alpha(table, warnings = FALSE))$total$raw_alpha
  limits <- psych::alpha.ci(alpha, n.obs = nrow(table), n.var = ncol(table))
  list(value = alpha, low = limits$lower.ci, high = limits$upper.ci)
}

# Agreement. multilevel::awg can print NaN where every item is undefined; ours is empty there.

nulls <- list(
  uniform = c(trust = 35 / 12, practice = 2), slight_skew = c(trust = 1.85, practice = 1.34),
  moderate_skew = c(trust = 1.26, practice = .90), heavy_skew = c(trust = .69, practice = .44)
)
agreement <- function(index) {
  by_topic(function(name) {
    table <- complete_of(name)
    found <- index(table[-1], table$school, name)
    as.list(setNames(found[[2]], found[[1]]))
  })
}

# Between groups. The profile interval is taken on lme4's own REML criterion, whose parameter is
# theta = sqrt(tau2 / sigma2), because confint() profiles the standard deviation under ML.

mean_squares <- function(name) summary(aov(score ~ factor(school), scored[[name]]))[[1]]
anova_of <- function(name, size) {
  table <- mean_squares(name)
  sizes <- as.vector(table(scored[[name]]$school))
  groups <- length(sizes)
  n <- sum(sizes)
  k <- if (size == "mean") n / groups else (n - sum(sizes^2) / n) / (groups - 1)
  f <- table[1, "F value"]
  limits <- c(f / qf(.975, groups - 1, n - groups), f * qf(.975, n - groups, groups - 1))
  list(
    icc1 = bounds_of((c(f, limits) - 1) / (c(f, limits) + k - 1)),
    icc2 = bounds_of(1 - 1 / c(f, limits))
  )
}
packages_icc <- function(name) {
  fit <- aov(score ~ factor(school), scored[[name]])
  list(icc1 = multilevel::ICC1(fit), icc2 = multilevel::ICC2(fit))
}
reml_of <- function(name) {
  criterion <- lmer(score ~ 1 + (1 | school), scored[[name]], devFunOnly = TRUE)
  theta <- optimize(criterion, c(0, 3), tol = 1e-12)$minimum
  rise <- function(x) criterion(x) - criterion(theta) - qchisq(.95, 1)
  ends <- c(
    if (rise(0) > 0) uniroot(rise, c(0, theta), tol = 1e-12)$root else 0,
    uniroot(rise, c(theta, 20), tol = 1e-12)$root
  )
  icc <- c(theta, ends)^2 / (1 + c(theta, ends)^2)
  fit <- lmer(score ~ 1 + (1 | school), scored[[name]], start = theta)
  variance <- as.data.frame(VarCorr(fit))$vcov
  sizes <- table(scored[[name]]$school)
  weight <- sizes * variance[1] / (variance[2] + sizes * variance[1])
  at_mean <- mean(sizes) * variance[1]
  given_mu <- sqrt(as.vector(attr(ranef(fit, condVar = TRUE)$school, "postVar")))
  list(
    reml = list(
      tau2 = variance[1], sigma2 = variance[2], mu = fixef(fit)[[1]],
      log_likelihood = as.numeric(logLik(fit))
    ),
    icc1 = bounds_of(icc),
    icc2 = list(mean = mean(weight), sb = at_mean / (variance[2] + at_mean)),
    eb = list(
      value = as.list(setNames(coef(fit)$school[, 1], rownames(coef(fit)$school))),
      se_given_mu = as.list(setNames(given_mu, rownames(coef(fit)$school))),
      se = as.list(sqrt(given_mu^2 + (1 - weight)^2 * as.numeric(vcov(fit))))
    )
  )
}
reml_fits <- by_topic(reml_of)

# Two topics seen by the same people. The scales differ, which does not matter for the arithmetic.

both <- na.omit(answers[c("school", topics$trust$items, topics$practice$items)])
both_of <- function(school) {
  rows <- both[both$school == school, ]
  list(trust = rowMeans(rows[topics$trust$items]), practice = rowMeans(rows[topics$practice$items]))
}
paired_t <- function(school) {
  test <- with(both_of(school), t.test(trust, practice, paired = TRUE))
  list(
    value = test$estimate[[1]], low = test$conf.int[1], high = test$conf.int[2], se = test$stderr,
    p = test$p.value
  )
}
paired_fpc <- function(school) {
  d <- with(both_of(school), trust - practice)
  se <- sqrt((1 - length(d) / invited[[school]]) * var(d) / length(d))
  limits <- mean(d) + c(-1, 1) * qt(.975, length(d) - 1) * se
  list(value = mean(d), low = limits[1], high = limits[2], se = se)
}
p_values <- c(.001, .008, .039, .041, .042, .06, .074, .205, .212, .216)

values <- list(
  mean = list(t = per_topic_school(mean_t), fpc = per_topic_school(mean_fpc)),
  sd = per_topic_school(function(name, s) sd(scores_of(name, s))),
  median = per_topic_school(function(name, s) median(raw(topics[[name]]$items[1], s))),
  missing = per_topic_school(function(name, s) {
    mean(is.na(answers[answers$school == s, topics[[name]]$items[1]]))
  }),
  favorable = list(
    hypergeometric = per_topic_school(function(name, s) favorable(name, s, hypergeometric)),
    wilson = per_topic_school(function(name, s) favorable(name, s, wilson))
  ),
  favorable_answers = per_topic_school(function(name, s) {
    all <- unlist(answers[answers$school == s, topics[[name]]$items])
    mean(all > (topics[[name]]$m + 1) / 2, na.rm = TRUE)
  }),
  alpha = by_topic(alpha_of),
  rwg_j = sapply(nulls, simplify = FALSE, function(null) {
    agreement(function(x, g, name) multilevel::rwg.j(x, g, ranvar = null[[name]]))
  }),
  rwg_j_star = agreement(function(x, g, name) {
    multilevel::rwg.j.lindell(x, g, ranvar = nulls$uniform[[name]])
  }),
  a_wg = agreement(function(x, g, name) multilevel::awg(x, g, range = c(1, topics[[name]]$m))),
  ad_m = agreement(function(x, g, name) multilevel::ad.m(x, g)),
  ad_md = agreement(function(x, g, name) multilevel::ad.m(x, g, type = "median")),
  icc1_anova = by_topic(function(name) {
    list(
      package = packages_icc(name)$icc1, mean = anova_of(name, "mean")$icc1, k0 = anova_of(name, "k0")$icc1
    )
  }),
  icc2_anova = by_topic(function(name) {
    list(package = packages_icc(name)$icc2, limits = anova_of(name, "mean")$icc2)
  }),
  reml = lapply(reml_fits, function(fit) fit$reml),
  icc1_reml = lapply(reml_fits, function(fit) fit$icc1),
  icc2_reml = lapply(reml_fits, function(fit) fit$icc2),
  eb = lapply(reml_fits, function(fit) fit$eb),
  bounds = per_topic_school(function(name, s) {
    x <- scores_of(name, s)
    rate <- length(x) / invited[[s]]
    list(low = rate * mean(x) + (1 - rate), high = rate * mean(x) + (1 - rate) * topics[[name]]$m)
  }),
  shift = per_topic_school(function(name, s) {
    x <- scores_of(name, s)
    mean(x) - (1 - length(x) / invited[[s]]) * sd(x)
  }),
  paired = list(t = by_school(paired_t), fpc = by_school(paired_fpc)),
  p_value = by_school(function(s) paired_t(s)$p),
  holm = list(p = p_values, adjusted = p.adjust(p_values, "holm"))
)
packages <- c("multilevel", "psych", "lme4", "jsonlite")
versions <- c(R = as.character(getRversion()), sapply(packages, function(p) as.character(packageVersion(p))))
jsonlite::write_json(
  list(versions = as.list(versions), values = values), file.path(folder, "values.json"),
  digits = I(12), auto_unbox = TRUE, pretty = TRUE, na = "null"
)
